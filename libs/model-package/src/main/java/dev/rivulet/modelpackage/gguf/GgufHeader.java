// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import dev.rivulet.engine.ModelRejectedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and checks what comes before the data of a GGUF file, version 2 or 3: metadata and where tensors lie. Every number is
 * checked against the file before it is used; of lists in the metadata, which are those of the tokenizer, the places are kept.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
final class GgufHeader {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAGIC = 0x46554747;
    private static final int MOST_ENTRIES = 1 << 16;
    private static final int LONGEST_NAME = 1 << 16;
    private static final int LONGEST_TEXT = 4 << 20;
    private static final long MOST_TEXT = 32 << 20;
    private static final int LONGEST_ALIGNMENT = 1 << 20;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final String file;
    private final MemorySegment bytes;
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private final Map<String, GgufList> lists = new LinkedHashMap<>();
    private long at;
    private long textLeft = MOST_TEXT;

    private GgufHeader(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    static GgufHeader read(String file, MemorySegment bytes) throws ModelRejectedException {
        GgufHeader header = new GgufHeader(file, bytes);
        header.read();
        return header;
    }

    /** Long, Double, Boolean or String by key. */
    Map<String, Object> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** Lists by key; their places lie in the file. */
    Map<String, GgufList> lists() {
        return Collections.unmodifiableMap(lists);
    }

    /** Tensors by their names; offsets are those of the file and lie in it. */
    Map<String, GgufTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    private void read() throws ModelRejectedException {
        if (bytes.byteSize() < 24 || number32() != MAGIC) {
            throw refuse("this is no GGUF file");
        }
        long version = number32();
        if (version != 2 && version != 3) {
            throw refuse("has version " + version + " of the format; 2 and 3 are read, little-endian");
        }
        int count = count("tensors");
        int entries = count("entries of metadata");
        for (int i = 0; i < entries; i++) {
            readEntry();
        }
        List<GgufTensor> placed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            placed.add(readTensor());
        }
        place(placed);
    }

    private void readEntry() throws ModelRejectedException {
        String key = text(LONGEST_NAME);
        int type = (int) number32();
        if (type == ARRAY) {
            readList(key);
        } else if (metadata.put(key, value(key, type)) != null) {
            throw refuse("metadata " + shown(key) + " is there twice");
        }
    }

    private Object value(String key, int type) throws ModelRejectedException {
        if (type == STRING) {
            return text(LONGEST_TEXT);
        }
        int size = size(key, type);
        need(size);
        long start = at;
        at += size;
        byte first = bytes.get(ValueLayout.JAVA_BYTE, start);
        return switch (type) {
            case 0 -> (long) (first & 0xff);
            case 1 -> (long) first;
            case 2 -> (long) (bytes.get(ValueLayout.JAVA_BYTE, start + 1) & 0xff) << 8 | first & 0xff;
            case 3 -> (long) (bytes.get(ValueLayout.JAVA_BYTE, start + 1) << 8 | first & 0xff);
            case 4 -> Integer.toUnsignedLong(bytes.get(INT, start));
            case 5 -> (long) bytes.get(INT, start);
            case 6 -> (double) Float.intBitsToFloat(bytes.get(INT, start));
            case 7 -> first != 0;
            case 12 -> Double.longBitsToDouble(bytes.get(LONG, start));
            default -> bytes.get(LONG, start);
        };
    }

    private int size(String key, int type) throws ModelRejectedException {
        return switch (type) {
            case 0, 1, 7 -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case 10, 11, 12 -> 8;
            default -> throw refuse("metadata " + shown(key) + " has the unknown type " + type);
        };
    }

    private void readList(String key) throws ModelRejectedException {
        int type = (int) number32();
        long length = number64();
        if (type != STRING) {
            int size = size(key, type);
            if (length < 0 || length > (bytes.byteSize() - at) / size) {
                throw refuse("metadata " + shown(key) + " is longer than the file");
            }
            lists.put(key, new GgufList(bytes, type, length, at));
            at += length * size;
            return;
        }
        if (length < 0 || length > (bytes.byteSize() - at) / Long.BYTES) {
            throw refuse("metadata " + shown(key) + " is longer than the file");
        }
        lists.put(key, new GgufList(bytes, type, length, at));
        for (long i = 0; i < length; i++) {
            long size = number64();
            need(size);
            at += size;
        }
    }

    private GgufTensor readTensor() throws ModelRejectedException {
        String name = text(LONGEST_NAME);
        long dimensions = number32();
        if (dimensions < 1 || dimensions > 4) {
            throw refuse("tensor " + shown(name) + " has " + dimensions + " dimensions; 1 to 4 are possible");
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            shape.addFirst(number64());
        }
        long number = number32();
        GgufType type = GgufType.of(number)
                .orElseThrow(() -> refuse("tensor " + shown(name) + " has the element type " + number
                        + ", which is not read; read are " + GgufType.known()));
        return new GgufTensor(name, type, shape, number64(), length(name, type, shape));
    }

    private long length(String name, GgufType type, List<Long> shape) throws ModelRejectedException {
        long elements = 1;
        for (long size : shape) {
            if (size < 1 || size > Long.MAX_VALUE / 1024 / elements) {
                throw refuse("tensor " + shown(name) + " has the impossible shape " + shape);
            }
            elements *= size;
        }
        if (shape.getLast() % type.blockElements() != 0) {
            throw refuse("tensor " + shown(name) + " has rows of " + shape.getLast() + ", no multiple of the blocks of "
                    + type);
        }
        return elements / type.blockElements() * type.blockBytes();
    }

    /** Data begins at the next multiple of the alignment; tensors lie in it and do not overlap. */
    private void place(List<GgufTensor> placed) throws ModelRejectedException {
        long alignment = metadata.getOrDefault("general.alignment", 32L) instanceof Long given ? given : 0;
        if (alignment < 8 || alignment > LONGEST_ALIGNMENT || alignment % 8 != 0) {
            throw refuse("general.alignment must be a multiple of 8 up to " + LONGEST_ALIGNMENT);
        }
        long data = (at + alignment - 1) / alignment * alignment;
        long next = 0;
        placed.sort(Comparator.comparingLong(GgufTensor::offset));
        for (GgufTensor tensor : placed) {
            String what = "tensor " + shown(tensor.name());
            if (tensor.offset() < next || tensor.offset() % alignment != 0) {
                throw refuse(what + " overlaps another or is not aligned");
            }
            if (tensor.offset() > bytes.byteSize() - data - tensor.bytes()) {
                throw refuse(what + " lies outside the file: it is cut short");
            }
            next = tensor.offset() + tensor.bytes();
            if (tensors.put(tensor.name(), tensor.movedBy(data)) != null) {
                throw refuse(what + " is there twice");
            }
        }
    }

    private int count(String what) throws ModelRejectedException {
        long count = number64();
        if (count < 0 || count > MOST_ENTRIES) {
            throw refuse("claims " + Long.toUnsignedString(count) + " " + what + "; at most " + MOST_ENTRIES
                    + " are accepted");
        }
        return (int) count;
    }

    private String text(int longest) throws ModelRejectedException {
        long length = number64();
        if (length < 0 || length > longest) {
            throw refuse("a text of " + Long.toUnsignedString(length) + " bytes; at most " + longest + " are accepted");
        }
        textLeft -= length;
        if (textLeft < 0) {
            throw refuse("has more than " + MOST_TEXT + " bytes of names and texts");
        }
        need(length);
        byte[] text = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        at += length;
        return new String(text, StandardCharsets.UTF_8);
    }

    private long number32() throws ModelRejectedException {
        need(Integer.BYTES);
        at += Integer.BYTES;
        return Integer.toUnsignedLong(bytes.get(INT, at - Integer.BYTES));
    }

    private long number64() throws ModelRejectedException {
        need(Long.BYTES);
        at += Long.BYTES;
        return bytes.get(LONG, at - Long.BYTES);
    }

    private void need(long count) throws ModelRejectedException {
        if (count < 0 || count > bytes.byteSize() - at) {
            throw refuse("is cut short at byte " + at);
        }
    }

    private ModelRejectedException refuse(String fault) {
        return new ModelRejectedException(file + ": " + fault);
    }

    /** A name from the file, short and without control characters, fit for a log line. */
    static String shown(String text) {
        return "'" + text.substring(0, Math.min(100, text.length())).replaceAll("\\p{C}", "?") + "'";
    }
}
