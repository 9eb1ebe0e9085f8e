//! The only way to the machine: environment, files, processes, network and clock.
