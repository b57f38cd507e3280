package main

import (
	"fmt"
	"os"

	"example.com/ws/chain/p20"
	"example.com/ws/dup/usea"
	"example.com/ws/dup/useb"
	"example.com/ws/gen"
	"example.com/ws/internal/config"
	"example.com/ws/lib/assets"
	"example.com/ws/lib/platform"
	"example.com/ws/lib/set"
	"example.com/ws/lib/strutil"
	"example.com/ws/lib/sum"
)

var builtBy = "nobody"

func main() {
	motd, err := os.ReadFile("app/server/motd.txt")
	fmt.Printf("%q %v\n", motd, err)
	fmt.Println(p20.N(), p20.T{}.Depth)
	fmt.Println(usea.Which(), useb.Which())
	fmt.Println(gen.Last(), config.Region, builtBy, platform.Name)
	fmt.Print(assets.Version)
	fmt.Println("version", config.Version)
	fmt.Println(set.Of("b", "a").Sorted(), strutil.Reverse("abc"), sum.Sum(&sum.Pair{X: 1, Y: 2}))
}
