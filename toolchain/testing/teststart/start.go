// Package teststart brings a test program into the folder where its tests expect to be. Test packages import it without saying
// so: it is initialized before them, so that their own initialization finds files there, too.
package teststart

import "os"

// Set when the program is linked: the folder, below the runfiles of the main repository.
var runDir string

func init() {
	root, workspace := os.Getenv("TEST_SRCDIR"), os.Getenv("TEST_WORKSPACE")
	if root == "" || workspace == "" {
		return // run by hand: where the user is
	}
	// A folder without runfiles is not there: the tests need none.
	if os.Chdir(root+"/"+workspace+"/"+runDir) == nil {
		os.Setenv("PWD", root+"/"+workspace+"/"+runDir)
	}
}
