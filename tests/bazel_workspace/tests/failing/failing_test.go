package failing

import "testing"

func TestGood(t *testing.T) {}

func TestBad(t *testing.T) {
	t.Run("sub", func(t *testing.T) { t.Error("this <is> bad") })
}
