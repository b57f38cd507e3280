package sum

import "testing"

func TestSum(t *testing.T) {
	if got := Sum(&Pair{X: 40, Y: 2}); got != 42 || !inAssembly {
		t.Fatal(got, inAssembly)
	}
}

func BenchmarkSum(b *testing.B) {
	for b.Loop() {
		Sum(&Pair{X: 1, Y: 2})
	}
}
