// Switches, selects, tuple assignments, labels.
package p

type point struct{ x, y int }

func classify(v any, m map[string]point, ch chan int) (n int, err error) {
	switch t := v.(type) {
	case nil:
		return 0, nil
	case int, int8:
		_ = t
	case string:
		n = len(t)
	case error:
		return 1, t
	}
	p, ok := m["k"]
	if !ok {
		m["k"] = point{y: 1}
		p.x, p.y = p.y, p.x
	}
	m["k"], n = p, n+1
loop:
	for {
		select {
		case ch <- n:
			break loop
		case n, ok = <-ch:
			continue loop
		default:
			goto done
		}
	}
	switch {
	case n > 3:
		n--
		fallthrough
	case ok:
		n ^= 1
	}
done:
	return
}
