package gen

const offset = 1
