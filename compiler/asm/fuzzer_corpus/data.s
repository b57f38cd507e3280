DATA tab<>+0(SB)/8, $"abcdefgh"
DATA tab<>+8(SB)/4, $0x12345678
DATA tab<>+16(SB)/8, $·add(SB)
DATA tab<>+24(SB)/8, $1.5e3
GLOBL tab<>(SB), 8, $32
GLOBL ·v+0(SB), (2+8)|16, $(4*8)
FUNCDATA $0, x(SB)
PCDATA $1, $-1
