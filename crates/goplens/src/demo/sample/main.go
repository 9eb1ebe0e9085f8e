// Command shop prints what is in stock.
package main

import (
	"fmt"
	"strings"

	"example.com/shop/list"
	"example.com/shop/price"
	"example.com/shop/stock"
)

// heading stands above the items.
const heading = "in stock"

func main() {
	var shelf list.Stack[stock.Item]
	shelf.Push(stock.New("lamp", 1999))
	shelf.Push(stock.New("chair", 4900))

	fmt.Println(strings.ToUpper(heading))
	for _, line := range list.Map(shelf.All(), describe) {
		fmt.Println(line)
	}
}

// describe is one line about an item.
func describe(item stock.Item) string {
	return item.Label() + " " + price.Format(item.Cents)
}
