//! A simulated Discord and a throwaway PostgreSQL on loopback, to run any bot in.
