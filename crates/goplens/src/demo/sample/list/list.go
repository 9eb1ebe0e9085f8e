// Package list has what the shop needs of lists, for items of any type.
package list

// Stack keeps items in the order in which they came.
type Stack[T any] struct {
	items []T
}

// Push adds an item on top.
func (s *Stack[T]) Push(item T) {
	s.items = append(s.items, item)
}

// All is every item, the oldest first.
func (s *Stack[T]) All() []T {
	return s.items
}

// Map is what convert makes of each item.
func Map[From, To any](items []From, convert func(From) To) []To {
	converted := make([]To, 0, len(items))
	for _, item := range items {
		converted = append(converted, convert(item))
	}
	return converted
}
