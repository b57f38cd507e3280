// What Go's own tests of package runtime reach of its inside, as far as this runtime has the same thing. The tests that
// run.sh takes need no more.

package runtime

import "unsafe"

const (
	PtrSize                       = ptrSize
	CrashStackImplemented         = false
	FramePointerEnabled           = true
	PreemptMSupported             = true
	Raceenabled                   = false
	DefaultGOMAXPROCSFromCPUCount = true
)

var (
	Nanotime                      = nanotime
	BlockUntilEmptyCleanupQueue   = blockUntilEmptyCleanupQueue
	BlockUntilEmptyFinalizerQueue = blockUntilEmptyFinalizerQueue
	GostringW                     = gostringw
	MemHash                       = memhash
	StringHash                    = stringHash
	EfaceHash                     = efaceHash
	IfaceHash                     = ifaceHash
	MemHash32                     = memhash32
	MemHash64                     = memhash64
	UseAeshash                    = &useAeshash
	Memmove                       = memmove
	MemclrNoHeapPointers          = memclrNoHeapPointers
	OSYield                       = osyield
	ProcYield                     = procyield
	SetTracebackEnv               = setTracebackLevel
)

// Frames that a traceback shows of a deep stack, at either end.
const (
	TracebackInnerFrames = 50
	TracebackOuterFrames = 50
)

func Envs() []string     { return envs }
func SetEnvs(e []string) { envs = e }

func Goid() uint64 { return getg().goid }

// Sigisblocked: threads of this runtime block no signal.
func Sigisblocked(i int) bool { return false }

func BytesHash(b []byte, seed uintptr) uintptr {
	return memhash(unsafe.Pointer(unsafe.SliceData(b)), seed, uintptr(len(b)))
}
func Int32Hash(i uint32, seed uintptr) uintptr { return memhash32(unsafe.Pointer(&i), seed) }
func Int64Hash(i uint64, seed uintptr) uintptr { return memhash64(unsafe.Pointer(&i), seed) }

func MemclrBytes(b []byte) {
	memclrNoHeapPointers(unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b)))
}

// PointerMask tells for each word of the variable that p points to whether it may hold a pointer.
func PointerMask(p any) []byte { return reflect_gcbits(p) }

// There is one hash function for all machines.
var useAeshash bool

// HashLoad is the greatest mean number of entries in a group of internal/runtime/maps.
const HashLoad = float32(7)

func stringHash(s string, seed uintptr) uintptr {
	return strhash(unsafe.Pointer(&s), seed)
}

func efaceHash(i any, seed uintptr) uintptr { return nilinterhash(unsafe.Pointer(&i), seed) }

func ifaceHash(i interface{ F() }, seed uintptr) uintptr { return interhash(unsafe.Pointer(&i), seed) }

func gostringw(w []uint16) string {
	var buf []byte
	for _, c := range w {
		if c == 0 {
			break
		}
		var b [4]byte
		buf = append(buf, b[:encoderune(b[:], rune(c))]...)
	}
	return string(buf)
}

// PanicForTesting has an index fault in the runtime, in a function of the name that the test looks for.
func PanicForTesting(b []byte, i int) byte { return unexportedPanicForTesting(b, i) }

//go:noinline
func unexportedPanicForTesting(b []byte, i int) byte { return b[i] }

// FPCallers is Callers: frames are found by the tables.
func FPCallers(pcBuf []uintptr) int { return Callers(2, pcBuf) }

// StackPoisonCopy would have stacks overwritten that were moved; GODEBUG=stackstress=N does that.
func StackPoisonCopy() stackPoison { return stackPoison{} }

type stackPoison struct{}

func (stackPoison) Restore() {}

// ShrinkStackAndVerifyFramePointers has the stack shrunk by a collection.
func ShrinkStackAndVerifyFramePointers() { GC() }

func Escape[T any](x T) T {
	if alwaysFalse {
		escapeSink = x
	}
	return x
}

var (
	alwaysFalse bool
	escapeSink  any
)

func FrameStartLine(f *Frame) int { return f.startLine }

func MapBucketsCount() int { return 0 }
