// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.safetensors;

import dev.rivulet.engine.ModelRejectedException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, mapped read-only: {@code u64 length of header, JSON header, data}. Everything is checked when it is
 * opened: no offset of the header can lead outside the file. Files that are pickles or archives are refused by their first
 * bytes. The mapping ends when neither the file nor a buffer of it is reachable; the file must not be truncated before.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/index#format">the format</a>
 */
public final class SafetensorsFile implements Weights {

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int PREFIX = 8;

    private final String file;
    private final MemorySegment data;
    private final Map<String, TensorInfo> tensors;

    private SafetensorsFile(String file, MemorySegment data, Map<String, TensorInfo> tensors) {
        this.file = file;
        this.data = data;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * @throws ModelRejectedException if the file breaks a rule of the format; the message names file, tensor and fault
     * @throws IOException if the file can't be read
     */
    public static SafetensorsFile open(Path path) throws IOException, ModelRejectedException {
        String file = String.valueOf(path.getFileName());
        if (!Files.isRegularFile(path)) {
            throw new ModelRejectedException(file + ": not a regular file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, size, Arena.ofAuto());
            return read(file, bytes);
        }
    }

    /** Reads a file that is in memory already. */
    static SafetensorsFile read(String file, MemorySegment bytes) throws ModelRejectedException {
        refuseOtherFormats(file, bytes);
        if (bytes.byteSize() < PREFIX + 2) {
            throw new ModelRejectedException(file + ": " + bytes.byteSize() + " bytes are too few for a header");
        }
        long length = bytes.get(LENGTH, 0);
        if (length < 2 || length > SafetensorsHeader.LARGEST) {
            throw new ModelRejectedException(file + ": the header claims " + Long.toUnsignedString(length)
                    + " bytes; 2 to " + SafetensorsHeader.LARGEST + " are accepted");
        }
        if (length > bytes.byteSize() - PREFIX) {
            throw new ModelRejectedException(file + ": the header claims " + length + " bytes, the file has "
                    + (bytes.byteSize() - PREFIX) + " after the length: it is cut short");
        }
        byte[] header = bytes.asSlice(PREFIX, length).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment data = bytes.asSlice(PREFIX + length);
        return new SafetensorsFile(file, data, SafetensorsHeader.read(file, header, data.byteSize()));
    }

    private static void refuseOtherFormats(String file, MemorySegment bytes) throws ModelRejectedException {
        int first = bytes.byteSize() > 0 ? bytes.get(ValueLayout.JAVA_BYTE, 0) & 0xff : 0;
        int second = bytes.byteSize() > 1 ? bytes.get(ValueLayout.JAVA_BYTE, 1) & 0xff : 0;
        int brace = bytes.byteSize() > PREFIX ? bytes.get(ValueLayout.JAVA_BYTE, PREFIX) : 0;
        @Nullable String format = null;
        if (first == 'P' && second == 'K') {
            format = "a zip archive (PyTorch's .bin and .pt are such)";
        } else if (first == 0x80 && second >= 1 && second <= 5 && brace != '{') {
            format = "a pickle";
        } else if (first == 'G' && second == 'G' && brace != '{') {
            format = "a GGUF file";
        } else if (first == 0x1f && second == 0x8b && brace != '{') {
            format = "a gzip file";
        }
        if (format != null) {
            throw new ModelRejectedException(file + ": this is " + format
                    + ", which is never loaded; only safetensors are. Convert the weights to safetensors first.");
        }
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public TensorInfo info(String name) throws ModelRejectedException {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw new ModelRejectedException(file + ": tensor " + SafetensorsHeader.quoted(name) + " is missing");
        }
        return info;
    }

    @Override
    public ByteBuffer data(String name) throws ModelRejectedException {
        TensorInfo info = info(name);
        if (info.bytes() > Integer.MAX_VALUE) {
            throw tooLarge(name, info.bytes());
        }
        MemorySegment slice = data.asSlice(info.begin(), info.bytes());
        if (slice.address() % info.dtype().bytes() != 0) {
            slice = Arena.ofAuto()
                    .allocate(Math.max(1, info.bytes()), 64)
                    .asSlice(0, info.bytes())
                    .copyFrom(slice);
        }
        return slice.asByteBuffer().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public FloatBuffer floats(String name, Arena memory) throws ModelRejectedException {
        TensorInfo info = info(name);
        if (info.elements() > Integer.MAX_VALUE / Float.BYTES) {
            throw tooLarge(name, info.elements() * Float.BYTES);
        }
        return switch (info.dtype()) {
            case F32 -> data(name).asFloatBuffer();
            case F16, BF16 -> widen(data(name), info.dtype(), memory);
            default ->
                throw new ModelRejectedException(file + ": tensor " + SafetensorsHeader.quoted(name) + " is "
                        + info.dtype() + " where F32, F16 or BF16 is needed");
        };
    }

    private static FloatBuffer widen(ByteBuffer narrow, DType dtype, Arena memory) {
        int count = narrow.remaining() / Short.BYTES;
        FloatBuffer wide = memory.allocate(ValueLayout.JAVA_FLOAT, count)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        var source = narrow.asShortBuffer();
        if (dtype == DType.BF16) {
            for (int i = 0; i < count; i++) {
                wide.put(i, Float.intBitsToFloat(source.get(i) << 16));
            }
        } else {
            for (int i = 0; i < count; i++) {
                wide.put(i, Float.float16ToFloat(source.get(i)));
            }
        }
        return wide;
    }

    private ModelRejectedException tooLarge(String name, long bytes) {
        return new ModelRejectedException(file + ": tensor " + SafetensorsHeader.quoted(name) + " needs " + bytes
                + " bytes; at most " + Integer.MAX_VALUE + " are supported");
    }
}
