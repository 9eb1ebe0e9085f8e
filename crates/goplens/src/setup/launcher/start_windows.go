package main

import (
	"os"
	"os/exec"
)

// start runs a program, waits for it and ends as it ended. It returns only where that fails.
func start(program string, arguments, environment []string) error {
	command := exec.Command(program, arguments[1:]...)
	command.Env = environment
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	if command.ProcessState != nil {
		os.Exit(command.ProcessState.ExitCode())
	}
	return err
}
