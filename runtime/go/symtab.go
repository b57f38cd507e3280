// Copyright 2026 The Gannet Authors.

// Callers, frames and functions: the exported view of the program's pc tables.

package runtime

import (
	"unsafe"
)

// Frames walks the logical frames of a list of return addresses, one Next at a time.
type Frames struct {
	callers []uintptr
	frames  []Frame
	implied uintptr // the pc that comes before callers[0]; 0: none
	store   [2]Frame
}

// Frame says where one call stands in the source.
type Frame struct {
	PC       uintptr // of the call instruction; frames that were inlined into one another share it
	Func     *Func   // nil for a frame that was inlined
	Function string  // full name, "" if not known
	File     string
	Line     int

	startLine int // of the func keyword
	Entry     uintptr

	symbol string // the linker's name
}

// CallersFrames starts a walk over what Callers recorded. The slice belongs to the walk until it ends.
func CallersFrames(callers []uintptr) *Frames { return &Frames{callers: callers} }

const maxInlineDepth = 64

// Next gives the next frame and whether there are more; the zero Frame when there is none.
func (ci *Frames) Next() (frame Frame, more bool) {
	for len(ci.frames) < 2 && len(ci.callers) > 0 {
		pc := ci.implied
		if pc == 0 {
			pc = ci.callers[0]
			ci.callers = ci.callers[1:]
		}
		ci.implied = 0
		if len(ci.callers) > 0 {
			ci.implied = impliedCaller(pc, ci.callers[0])
		}
		if len(ci.frames) == 0 {
			ci.frames = ci.store[:0]
		}
		ci.frames = appendFrames(ci.frames, pc)
	}
	switch len(ci.frames) {
	case 0:
		return Frame{}, false
	case 1:
		frame = ci.frames[0]
		ci.frames = ci.store[:0]
		return frame, false
	}
	frame = ci.frames[0]
	ci.frames = ci.frames[1:]
	return frame, true
}

// impliedCaller is the pc of the frame that the one at pc was inlined into; 0 if that frame is not inlined, or next is that pc.
// What Callers gives has a pc for each such frame; a list taken from a printed trace has those of real frames alone.
func impliedCaller(pc, next uintptr) uintptr {
	var calls [2]uintptr // the frame itself, unless it is a wrapper, and the next
	n := callsAt(pc, &calls[0], len(calls))
	for _, call := range calls[:max(n, 0)] {
		if call == next {
			return 0
		}
		if call != pc {
			return call
		}
	}
	return 0
}

// appendFrames adds the logical frame of the return address pc.
func appendFrames(frames []Frame, pc uintptr) []Frame {
	f := findFuncRaw(pc)
	if f == nil {
		return frames
	}
	if entry := funcEntryRaw(f); pc > entry {
		pc-- // into the call
	}
	var buf [maxInlineDepth]pcFrame
	// Each logical frame has a pc of its own: only the innermost call at it is meant.
	n := expandPC(pc, &buf[0], 1)
	for i := 0; i < n; i++ {
		p := &buf[i]
		fr := Frame{
			PC:        pc,
			Function:  funcNameForPrint(p.name),
			File:      p.file,
			Line:      int(p.line),
			startLine: int(p.startLine),
			Entry:     p.entry,
			symbol:    p.name,
		}
		if !p.inlined {
			fr.Func = (*Func)(f)
		}
		frames = append(frames, fr)
	}
	return frames
}

// funcNameForPrint replaces the type arguments of an instance by an ellipsis.
func funcNameForPrint(name string) string {
	open := -1
	for i := 0; i < len(name); i++ {
		if name[i] == '[' {
			open = i
			break
		}
	}
	if open < 0 {
		return name
	}
	last := len(name) - 1
	for name[last] != ']' {
		last--
		if last < open {
			return name
		}
	}
	return name[:open] + "[...]" + name[last+1:]
}

//go:linkname runtime_FrameStartLine runtime/pprof.runtime_FrameStartLine
func runtime_FrameStartLine(f *Frame) int { return f.startLine }

//go:linkname runtime_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func runtime_FrameSymbolName(f *Frame) string {
	if f.symbol != "" {
		return f.symbol
	}
	return f.Function
}

//go:linkname runtime_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func runtime_expandFinalInlineFrame(stk []uintptr) []uintptr {
	// A stack may have been cut off within the calls that were inlined at one place: the others of that place are put back.
	if len(stk) == 0 {
		return stk
	}
	last := len(stk) - 1
	var calls [maxInlineDepth]uintptr
	n := callsAt(stk[last], &calls[0], len(calls))
	if n < 2 {
		return stk
	}
	return append(stk[:last], calls[:n]...)
}

// Caller tells the position of a call above: skip 0 is the call of the function that asks.
//
//go:noinline
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	var f Frame
	_, f, found := logicalCaller(skip + 1)
	return f.PC, f.File, f.Line, found
}

// logicalCaller finds the skip-th logical frame above its caller's.
//
//go:noinline
func logicalCaller(skip int) (uintptr, Frame, bool) {
	var pcs [64]uintptr
	at := 1
	for {
		n := callers0(at, &pcs[0], len(pcs))
		if n == 0 {
			return 0, Frame{}, false
		}
		var store [4]Frame
		for _, pc := range pcs[:n] {
			frames := appendVisibleFrames(store[:0], pc)
			if skip < len(frames) {
				return pc, frames[skip], true
			}
			skip -= len(frames)
		}
		at += n
	}
}

func appendVisibleFrames(frames []Frame, pc uintptr) []Frame {
	f := findFuncRaw(pc)
	if f == nil {
		return frames
	}
	var buf [maxInlineDepth]pcFrame
	n := expandPC(pc-1, &buf[0], 1)
	for i := 0; i < n; i++ {
		p := &buf[i]
		frames = append(frames, Frame{PC: pc - 1, Function: p.name, File: p.file, Line: int(p.line), Entry: p.entry})
	}
	return frames
}

// Callers records return addresses of the calls in progress: skip 0 begins with Callers itself, 1 with its caller. It
// returns how many it wrote.
//
//go:noinline
func Callers(skip int, pc []uintptr) int {
	if len(pc) == 0 {
		return 0
	}
	return callers0(skip, &pc[0], len(pc))
}

// A Func stands for a function of the running program.
type Func struct {
	opaque struct{} // unexported field to disallow conversions
}

// inlinedFunc is what a *Func points at for a function inlined at the place that was asked for. The others point at their
// record in the pclntab, which starts with an offset and never with this mark.
type inlinedFunc struct {
	mark  uint32
	entry uintptr // of the function that it is inlined in
	frame pcFrame
}

const inlinedMark = ^uint32(0)

func (f *Func) inlined() *inlinedFunc {
	if fi := (*inlinedFunc)(unsafe.Pointer(f)); fi.mark == inlinedMark {
		return fi
	}
	return nil
}

// FuncForPC finds the function whose code holds pc, the innermost one where calls are inlined; nil if none does.
func FuncForPC(pc uintptr) *Func {
	raw := findFuncRaw(pc)
	if raw == nil {
		return nil
	}
	var buf [maxInlineDepth]pcFrame
	if expandPC(pc, &buf[0], len(buf)) > 1 {
		return (*Func)(unsafe.Pointer(&inlinedFunc{inlinedMark, funcEntryRaw(raw), buf[0]}))
	}
	return (*Func)(raw)
}

// Name is the full name of the function, "" for nil.
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if fi := f.inlined(); fi != nil {
		return funcNameForPrint(fi.frame.name)
	}
	return funcNameForPrint(funcNameRaw(unsafe.Pointer(f)))
}

// Entry is the address of its first instruction.
func (f *Func) Entry() uintptr {
	if fi := f.inlined(); fi != nil {
		return fi.entry
	}
	return funcEntryRaw(unsafe.Pointer(f))
}

// FileLine tells the source position of the instruction at pc, which should be one of f.
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	if fi := f.inlined(); fi != nil {
		return fi.frame.file, int(fi.frame.line)
	}
	var buf [maxInlineDepth]pcFrame
	n := expandPC(pc, &buf[0], len(buf))
	if n == 0 {
		return "", 0
	}
	return buf[0].file, int(buf[0].line)
}

// funcNameForPC is the linker's name of the function at pc, "" if there is none.
func funcNameForPC(pc uintptr) string {
	f := findFuncRaw(pc)
	if f == nil {
		return ""
	}
	return funcNameRaw(f)
}

// Stack writes the trace of the calling goroutine, or of all with it first, to buf, and returns its length.
func Stack(buf []byte, all bool) int {
	if len(buf) == 0 {
		return 0
	}
	if all {
		stopTheWorld(stopAllGoroutinesStack)
	}
	n := stackTrace(&buf[0], len(buf), all)
	if all {
		startTheWorld()
	}
	return n
}
