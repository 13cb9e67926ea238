// The example is a test itself: to import it is to run it.
import '../../examples/deploy-script.test.js';
