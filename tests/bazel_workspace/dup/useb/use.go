package useb

import "example.com/dup"

func Which() string { return dup.Which + dup.Loaded }
