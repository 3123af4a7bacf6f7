"""Gives compiled code the few vector instructions that a plain loop does not turn into.

Written in the portable vector types of LLVM (https://llvm.org/docs/LangRef.html#vector-type): one
AVX-512 instruction each where the processor has them, several smaller ones where it has not.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.extending import intrinsic

TAGS_AT_ONCE = 32
CODES_AT_ONCE = 8
WORDS = 4
"""64-bit words of a 256-bit code."""

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a kernel at its first call, keep it on disk, and let other threads run meanwhile.

    What is kept is renewed when the kernel's own file changes: after a change here, touch that too.
    """
    return cast("Function", njit(cache=True, nogil=True)(function))


def instruction(generator: Callable[..., Any]) -> Any:
    """Register a generator of vector instructions, to be called from kernels only."""
    return intrinsic(generator)


def _declared(module: Any, shape: Any, name: str) -> Any:
    """Return the declaration of an LLVM function, made where the module has none."""
    return module.globals.get(name) or ir.Function(module, shape, name)


def _place(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """Return the address of one element of an array of one dimension."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [index])


def _count_bits(builder: Any, vector: Any, value: Any) -> Any:
    """Count the set bits of each lane."""
    name = f"llvm.ctpop.v{vector.count}i{vector.element.width}"
    shape = ir.FunctionType(vector, [vector])
    return builder.call(_declared(builder.module, shape, name), [value])


def _spread(builder: Any, vector: Any, value: Any) -> Any:
    """Put one number into every lane."""
    empty = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(empty, value, ir.Constant(ir.IntType(32), 0))
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(first, empty, lanes)


def _repeat(builder: Any, vector: Any, words: Any) -> Any:
    """Put four words one after the other into all lanes."""
    pattern: Any = ir.Constant(vector, ir.Undefined)
    for word in range(WORDS):
        value = builder.extract_value(words, word)
        pattern = builder.insert_element(pattern, value, ir.Constant(ir.IntType(32), word))
    lanes = ir.VectorType(ir.IntType(32), vector.count)
    repeated = ir.Constant(lanes, [*range(WORDS)] * (vector.count // WORDS))
    return builder.shuffle_vector(pattern, pattern, repeated)


def _sum_fours(builder: Any, values: Any) -> Any:
    """Add up each four of 32 lanes, adding first and moving fewer lanes, which is the slow part."""
    number = ir.IntType(32)

    def pick(first: Any, second: Any, lanes: list[int]) -> Any:
        wanted = ir.Constant(ir.VectorType(number, len(lanes)), lanes)
        return builder.shuffle_vector(first, second, wanted)

    rows = [pick(values, values, [*range(start, start + 8)]) for start in range(0, 32, 8)]
    pairs = []
    for one, two in ((rows[0], rows[1]), (rows[2], rows[3])):
        even = pick(one, two, [0, 8, 2, 10, 4, 12, 6, 14])
        odd = pick(one, two, [1, 9, 3, 11, 5, 13, 7, 15])
        pairs.append(builder.add(even, odd))
    left = pick(pairs[0], pairs[1], [0, 1, 4, 5, 8, 9, 12, 13])
    right = pick(pairs[0], pairs[1], [2, 3, 6, 7, 10, 11, 14, 15])
    total = builder.add(left, right)
    return pick(total, total, [0, 2, 1, 3, 4, 6, 5, 7])


def _load(builder: Any, vector: Any, address: Any) -> Any:
    """Load a vector from an address of any alignment its elements have."""
    pointer = builder.bitcast(address, vector.as_pointer())
    return builder.load(pointer, align=vector.element.width // 8)


@instruction
def close_tags(context: Any, tags: Any, start: Any, wanted: Any, most: Any) -> Any:
    """Say which of 32 tags differ from the wanted one in at most `most` bits, one bit a tag."""
    del context, start, wanted, most

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, start, wanted, most = arguments
        vector = ir.VectorType(ir.IntType(16), TAGS_AT_ONCE)
        there = _load(builder, vector, _place(context, builder, signature.args[0], array, start))
        apart = builder.xor(there, _spread(builder, vector, wanted))
        bits = _count_bits(builder, vector, apart)
        close = builder.icmp_unsigned("<=", bits, _spread(builder, vector, most))
        return builder.bitcast(close, ir.IntType(TAGS_AT_ONCE))

    return types.uint32(tags, types.intp, types.uint16, types.uint16), generate


@instruction
def compare_codes(context: Any, codes: Any, start: Any, wanted: Any, outer: Any, inner: Any) -> Any:
    """Compare 8 codes (4 words each, flat) with the wanted four words.

    Returns which differ in fewer than `outer` bits and which in fewer than `inner`, one bit a code,
    and their distances, one byte a code, in which 256 becomes 0.
    """
    del context, start, wanted, outer, inner

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, start, wanted, outer, inner = arguments
        vector = ir.VectorType(ir.IntType(64), CODES_AT_ONCE * WORDS)
        there = _load(builder, vector, _place(context, builder, signature.args[0], array, start))
        bits = _count_bits(builder, vector, builder.xor(there, _repeat(builder, vector, wanted)))
        total = _sum_fours(builder, bits)
        sums = ir.VectorType(ir.IntType(64), CODES_AT_ONCE)
        answer = []
        for bound in (outer, inner):
            close = builder.icmp_unsigned("<", total, _spread(builder, sums, bound))
            mask = builder.bitcast(close, ir.IntType(CODES_AT_ONCE))
            answer.append(builder.zext(mask, ir.IntType(64)))
        short = builder.trunc(total, ir.VectorType(ir.IntType(8), CODES_AT_ONCE))
        answer.append(builder.bitcast(short, ir.IntType(64)))
        return context.make_tuple(builder, signature.return_type, answer)

    four = types.UniTuple(types.uint64, WORDS)  # type: ignore[no-untyped-call]
    three = types.UniTuple(types.uint64, 3)  # type: ignore[no-untyped-call]
    return three(codes, types.intp, four, types.uint64, types.uint64), generate


@instruction
def count_bits(context: Any, word: Any) -> Any:
    """Count the set bits of one 64-bit word."""
    del context, word

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@instruction
def lowest_bit(context: Any, word: Any) -> Any:
    """Return the place of the lowest set bit of a word that is not zero."""
    del context, word

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


@instruction
def fetch_early(context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of one element before it is needed."""
    del context, index

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _place(context, builder, signature.args[0], arguments[0], arguments[1])
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        name = "llvm.prefetch.p0"
        prefetch = _declared(builder.module, shape, name)
        # For reading, kept in the second-level cache, data: the operands of llvm.prefetch.
        wishes = [ir.Constant(number, 0), ir.Constant(number, 2), ir.Constant(number, 1)]
        builder.call(prefetch, [builder.bitcast(place, byte), *wishes])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate
