export type { RedisPort, RedisSession } from '../ports/redis.js';
export { connectRedis, type RedisOptions } from './connect-redis.js';
export type { CallingRedisClient, RedisClient, SendingRedisClient } from './redis-client.js';
