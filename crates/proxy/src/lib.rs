//! The two pumps between client and server, the pending requests, timeouts and the tap.
