#error this file is for another machine
