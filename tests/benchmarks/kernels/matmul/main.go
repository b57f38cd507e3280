// Matmul: float matrices as slices of slices, a sieve over bytes, and a table of integers: plain loops over slices.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func multiply(a, b [][]float64) [][]float64 {
	n := len(a)
	c := make([][]float64, n)
	for i := range c {
		c[i] = make([]float64, n)
		for k, x := range a[i] {
			for j := range c[i] {
				c[i][j] += x * b[k][j]
			}
		}
	}
	return c
}

func sieve(n int) int {
	composite := make([]bool, n+1)
	count := 0
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		count++
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return count
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

func main() {
	n := 600
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	a, b := make([][]float64, n), make([][]float64, n)
	var s, t []byte
	for i := range n {
		a[i], b[i] = make([]float64, n), make([]float64, n)
		for j := range n {
			a[i][j], b[i][j] = float64(i-j)/float64(n), float64(i+j)/float64(n)
		}
		for j := range 16 {
			s, t = append(s, byte('a'+(i*j)%26)), append(t, byte('a'+(i*j+i)%17))
		}
	}
	c := multiply(a, b)
	fmt.Printf("%.6f %d %d\n", c[n/2][n/3], sieve(n*n*50), distance(string(s), string(t)))
}
