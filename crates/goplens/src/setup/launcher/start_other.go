//go:build !windows

package main

import "syscall"

// start puts a program in the place of this one. It returns only where that fails.
func start(program string, arguments, environment []string) error {
	return syscall.Exec(program, arguments, environment)
}
