// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.safetensors;

import dev.rivulet.engine.ModelRejectedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Reads and checks the JSON header of a safetensors file. Pure: bytes in, tensors or a refusal out. */
final class SafetensorsHeader {

    /** Most bytes of a header, as in the reference implementation. */
    static final int LARGEST = 25_000_000;

    private static final int MOST_DIMENSIONS = 16;
    private static final String METADATA = "__metadata__";
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(LARGEST)
                    .maxNameLength(4096)
                    .maxNumberLength(20)
                    .maxDocumentLength(LARGEST + 1L)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String file;
    private final long dataBytes;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private SafetensorsHeader(String file, long dataBytes) {
        this.file = file;
        this.dataBytes = dataBytes;
    }

    /**
     * @param file name for messages
     * @param header the JSON
     * @param dataBytes bytes after the header
     */
    static Map<String, TensorInfo> read(String file, byte[] header, long dataBytes) throws ModelRejectedException {
        SafetensorsHeader reader = new SafetensorsHeader(file, dataBytes);
        if (header.length == 0 || header[0] != '{') {
            throw reader.refuse("the header does not start with '{', so this is no safetensors file");
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), header)) {
            reader.readTensors(parser);
        } catch (JacksonException e) {
            throw new ModelRejectedException(file + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
        }
        reader.checkLayout();
        return reader.tensors;
    }

    private void readTensors(JsonParser parser) throws ModelRejectedException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (name.equals(METADATA)) {
                readMetadata(parser);
            } else {
                tensors.put(name, readTensor(parser, name));
            }
        }
        if (parser.nextToken() != null) {
            throw refuse("something follows the JSON object in the header; only spaces may");
        }
    }

    private void readMetadata(JsonParser parser) throws ModelRejectedException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, METADATA);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "a value of " + METADATA);
        }
    }

    private TensorInfo readTensor(JsonParser parser, String name) throws ModelRejectedException {
        String what = "tensor " + quoted(name);
        if (name.isEmpty()) {
            throw refuse("a tensor has an empty name");
        }
        expect(parser.nextToken(), JsonToken.START_OBJECT, what);
        @Nullable String dtype = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            switch (field) {
                case "dtype" -> {
                    expect(parser.nextToken(), JsonToken.VALUE_STRING, what + ": dtype");
                    dtype = parser.getString();
                }
                case "shape" -> shape = readNumbers(parser, what + ": shape", MOST_DIMENSIONS);
                case "data_offsets" -> offsets = readNumbers(parser, what + ": data_offsets", 2);
                default -> throw refuse(what + ": unknown field " + quoted(field));
            }
        }
        return checked(name, dtype, shape, offsets);
    }

    private List<Long> readNumbers(JsonParser parser, String what, int most) throws ModelRejectedException {
        expect(parser.nextToken(), JsonToken.START_ARRAY, what);
        List<Long> numbers = new ArrayList<>(4);
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_ARRAY) {
            expect(token, JsonToken.VALUE_NUMBER_INT, what);
            if (numbers.size() == most) {
                throw refuse(what + " has more than " + most + " entries");
            }
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER || parser.getLongValue() < 0) {
                throw refuse(what + " has an entry that is negative or beyond 2^63-1");
            }
            numbers.add(parser.getLongValue());
            token = parser.nextToken();
        }
        return numbers;
    }

    private TensorInfo checked(
            String name, @Nullable String dtype, @Nullable List<Long> shape, @Nullable List<Long> offsets)
            throws ModelRejectedException {
        String what = "tensor " + quoted(name);
        if (dtype == null || shape == null || offsets == null) {
            throw refuse(what + " needs dtype, shape and data_offsets");
        }
        DType type = DType.named(dtype)
                .orElseThrow(() -> refuse(what + ": unknown dtype " + quoted(dtype) + "; known are " + DType.known()));
        if (offsets.size() != 2) {
            throw refuse(what + ": data_offsets must be [begin, end]");
        }
        long begin = offsets.get(0);
        long end = offsets.get(1);
        if (begin > end || end > dataBytes) {
            throw refuse(what + ": data_offsets [" + begin + ", " + end + "] lie outside the " + dataBytes
                    + " bytes of data");
        }
        if (bytesOf(what, type, shape) != end - begin) {
            throw refuse(what + ": " + type + " " + shape + " needs " + bytesOf(what, type, shape)
                    + " bytes, data_offsets give " + (end - begin));
        }
        return new TensorInfo(name, type, shape, begin, end);
    }

    private long bytesOf(String what, DType type, List<Long> shape) throws ModelRejectedException {
        try {
            long bytes = type.bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw new ModelRejectedException(file + ": " + what + ": shape " + shape + " overflows", e);
        }
    }

    /** Every byte of the data section belongs to exactly one tensor. */
    private void checkLayout() throws ModelRejectedException {
        List<TensorInfo> order = new ArrayList<>(tensors.values());
        order.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        long next = 0;
        for (TensorInfo tensor : order) {
            if (tensor.begin() < next) {
                throw refuse("tensor " + quoted(tensor.name()) + " overlaps another: it begins at " + tensor.begin()
                        + ", the one before ends at " + next);
            }
            if (tensor.begin() > next) {
                throw refuse("bytes " + next + " to " + tensor.begin() + " before tensor " + quoted(tensor.name())
                        + " belong to no tensor");
            }
            next = tensor.end();
        }
        if (next != dataBytes) {
            throw refuse((dataBytes - next) + " bytes after the last tensor belong to no tensor");
        }
    }

    private void expect(@Nullable JsonToken actual, JsonToken wanted, String what) throws ModelRejectedException {
        if (actual != wanted) {
            throw refuse(what + " must be " + describe(wanted));
        }
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array of whole numbers";
            case VALUE_NUMBER_INT -> "whole numbers";
            default -> "a string";
        };
    }

    private ModelRejectedException refuse(String fault) {
        return new ModelRejectedException(file + ": " + fault);
    }

    /** A name from the file, short and without control characters, fit for a log line. */
    static String quoted(String text) {
        String shown = text.length() > 100 ? text.substring(0, 100) + "…" : text;
        return "'" + shown.replaceAll("\\p{C}", "?") + "'";
    }
}
