// Strbuild: strings made by a builder, by concatenation, by Sprintf and by Join; split and searched again.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	n := 400000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	sum := 0
	var all strings.Builder
	for i := range n {
		all.WriteString("item ")
		all.WriteString(strconv.Itoa(i))
		all.WriteByte('\n')
	}
	for _, line := range strings.Split(all.String(), "\n") {
		if name, num, ok := strings.Cut(line, " "); ok {
			sum += len(name) + len(num)
		}
	}
	for i := range n {
		s := fmt.Sprintf("%d:%s/%08x", i, "abc", i*7)
		t := s + "," + strconv.Itoa(len(s)) + ";"
		sum += len(t) + strings.Index(t, "/0") + len(strings.ToUpper(t))
	}
	words := make([]string, 16)
	for i := range n / 4 {
		for j := range words {
			words[j] = strconv.Itoa(i + j)
		}
		j := strings.Join(words, ", ")
		sum += strings.Count(j, ",") + len(strings.Fields(j)) + len(strings.ReplaceAll(j, "1", "one"))
		for _, r := range j {
			sum += int(r & 1)
		}
	}
	fmt.Println(sum)
}
