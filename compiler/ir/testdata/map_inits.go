// Map literals of package variables: functions of their own, if nothing but the value tells whether they ran.
package p

type table struct{ name string }
type key struct{ a, b int }

var one = &table{"one"}

var names = map[string]*table{"a": one, "b": {"two"}, "c": {"three"}, "d": one, "e": one, "f": one, "g": one, "h": one, "i": one, "j": one}
var small = map[string]*table{"a": one}
var nested = map[key][]func() int{{1, 2}: {func() int { return 1 }, one.size}, {3, 4}: {func() int { return 2 }}, {5, 6}: nil, {7, 8}: nil, {9, 10}: nil}
var boxed = map[any]any{1: "a", 2: "b", 3: "c", 4: one, 5: 6, key{}: 7, "8": 9, '9': 10, 11.: 12}

// These are left where they are: they call, panic, or have keys that may have no hash.
var called = map[string]int{"a": next(), "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 10}
var faulting = map[string]string{"a": one.name, "b": "", "c": "", "d": "", "e": "", "f": "", "g": "", "h": "", "i": "", "j": ""}
var x any = []int{}
var unhashed = map[any]int{x: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 10: 10}

func (t *table) size() int { return len(t.name) }

//go:noinline
func next() int { return 1 }
