/** Zephyr in small: everything that a check claims to see is in it once, sound. */
export const zephyrDatabase = `
SET client_min_messages = warning;
CREATE TABLE polls (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, room_code text NOT NULL UNIQUE, question text, created_at timestamptz NOT NULL);
CREATE TABLE participants (id bigserial PRIMARY KEY, name text, created_at timestamptz NOT NULL);
CREATE TABLE votes (id bigserial PRIMARY KEY, poll_id bigint NOT NULL REFERENCES polls, participant_id bigint REFERENCES participants,
  created_at timestamptz NOT NULL);
CREATE INDEX votes_poll ON votes (poll_id);
CREATE TABLE audit_logs (id bigint PRIMARY KEY, action text, created_at timestamp NOT NULL);
CREATE SEQUENCE audit_ids;
ALTER TABLE audit_logs ALTER COLUMN id SET DEFAULT nextval('audit_ids');
CREATE TABLE rooms (building text, floor int, name text, PRIMARY KEY (building, floor));
CREATE TABLE bookings (id int PRIMARY KEY, building text COLLATE "C", floor int, day date,
  CONSTRAINT booked_room FOREIGN KEY (building, floor) REFERENCES rooms);
CREATE TABLE full_bookings (id int PRIMARY KEY, building text, floor int,
  CONSTRAINT fully_booked FOREIGN KEY (building, floor) REFERENCES rooms MATCH FULL);
CREATE TABLE downward (id int PRIMARY KEY);
CREATE SEQUENCE down INCREMENT -1 MINVALUE -100 MAXVALUE -1 OWNED BY downward.id;
CREATE TABLE parts (id int, poll bigint REFERENCES polls, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (100) TO (200);
CREATE TABLE of_parts (id int PRIMARY KEY, part int REFERENCES parts);
CREATE TABLE blobs (id int PRIMARY KEY, b bytea, t text, u text, n numeric);

INSERT INTO polls (room_code, question, created_at) SELECT 'R' || g, 'q', timestamptz '2025-11-09 14:00:00+00' + g * interval '1 s' FROM generate_series(1, 50) g;
INSERT INTO participants (name, created_at) SELECT 'p' || g, timestamptz '2025-11-09 14:00:00+00' + g * interval '1 s' FROM generate_series(1, 80) g;
INSERT INTO votes (poll_id, participant_id, created_at)
  SELECT 1 + g % 50, CASE WHEN g % 10 > 0 THEN 1 + g % 80 END, timestamptz '2025-11-09 14:24:59.5+00' - (500 - g) * interval '1 s' FROM generate_series(1, 500) g;
INSERT INTO audit_logs (action, created_at) SELECT 'a', timestamp '2025-11-09 14:24:00' - g * interval '1 min' FROM generate_series(1, 100) g;
INSERT INTO rooms VALUES ('A', 1, 'x'), ('B', 2, 'y');
INSERT INTO bookings VALUES (1, 'A', 1, '2025-11-09'), (2, 'B', NULL, '2025-11-08'), (3, NULL, NULL, NULL), (4, NULL, 99, NULL);
INSERT INTO full_bookings VALUES (1, 'A', 1), (2, NULL, NULL);
INSERT INTO downward SELECT nextval('down') FROM generate_series(1, 5);
INSERT INTO parts SELECT g, 1 + g % 50 FROM generate_series(1, 150) g;
INSERT INTO blobs SELECT g, decode(repeat(md5(g::text), 50), 'hex'), CASE g WHEN 1 THEN '' WHEN 3 THEN 't' END, 'u', 2.0 FROM generate_series(1, 20) g;
INSERT INTO of_parts SELECT g, g FROM generate_series(1, 150) g;
`;
