// Command subprocess runs itself as a child. The system call that makes the child returns twice, the first time on the
// parent's own stack.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println("child says", strings.Join(os.Args[1:], " "))
		os.Exit(3)
	}
	for i := 0; i < 3; i++ {
		cmd := exec.Command(os.Args[0], "hello", fmt.Sprint(i))
		out, err := cmd.Output()
		fmt.Printf("%s%v\n", out, err)
	}
	_, err := exec.Command("/does/not/exist").Output()
	fmt.Println(err)
}
