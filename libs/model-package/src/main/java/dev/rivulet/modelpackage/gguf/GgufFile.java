// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.DType;
import dev.rivulet.modelpackage.safetensors.TensorInfo;
import dev.rivulet.modelpackage.safetensors.Weights;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A GGUF file, mapped read-only, as the weights of the folder that it was made from: names are those of the folder, every
 * tensor reads as 32-bit floats, and the rows of queries and keys are back in their order where the file has changed it (its
 * makers interleave the two halves of a head for {@code llama}). Floats of F32 tensors in their order are views of the file,
 * others are made when they are asked for.
 */
public final class GgufFile implements Weights {

    private static final String PERMUTED = "llama";

    private final String file;
    private final MemorySegment bytes;
    private final String architecture;
    private final Map<String, Object> metadata;
    private final Map<String, GgufList> lists;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private final Map<String, GgufTensor> rotary = new LinkedHashMap<>();

    private GgufFile(String file, MemorySegment bytes, GgufHeader header) throws ModelRejectedException {
        this.file = file;
        this.bytes = bytes;
        metadata = header.metadata();
        lists = header.lists();
        architecture = metadata.get("general.architecture") instanceof String name ? name : "";
        TensorNames names = new TensorNames(architecture);
        for (GgufTensor tensor : header.tensors().values()) {
            if (TensorNames.ROTARY.contains(tensor.name())) {
                rotary.put(tensor.name(), tensor);
                continue;
            }
            // What has no place keeps its name, so that the graph refuses it as left over.
            tensors.put(names.inFolder(tensor.name()).orElse(tensor.name()), tensor);
        }
        if (tensors.size() + rotary.size() != header.tensors().size()) {
            throw new ModelRejectedException(file + ": two tensors have names that mean the same");
        }
    }

    /**
     * @throws ModelRejectedException if the file breaks a rule of the format or has element types that are not read
     * @throws IOException if the file can't be read
     */
    public static GgufFile open(Path path) throws IOException, ModelRejectedException {
        String file = String.valueOf(path.getFileName());
        if (!Files.isRegularFile(path)) {
            throw new ModelRejectedException(file + ": not a regular file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(file, channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        }
    }

    /** Reads a file that is in memory already. */
    static GgufFile read(String file, MemorySegment bytes) throws ModelRejectedException {
        return new GgufFile(file, bytes, GgufHeader.read(file, bytes));
    }

    /** The file's name, for messages. */
    public String name() {
        return file;
    }

    /** What {@code general.architecture} says; empty if it says nothing. */
    public String architecture() {
        return architecture;
    }

    /** Metadata that are single values: Long, Double, Boolean or String by key. */
    public Map<String, Object> metadata() {
        return metadata;
    }

    /** A list of the metadata; empty if there is none of that key. */
    public Optional<GgufList> list(String key) {
        return Optional.ofNullable(lists.get(key));
    }

    /**
     * A tensor of rotary frequencies, such as {@code rope_freqs.weight}; empty if the file has none.
     *
     * @throws ModelRejectedException if it is longer than any head
     */
    public float[] rotary(String name) throws ModelRejectedException {
        GgufTensor tensor = rotary.get(name);
        if (tensor == null) {
            return new float[0];
        }
        if (tensor.elements() > 1024) {
            throw new ModelRejectedException(file + ": " + name + " has " + tensor.elements() + " values");
        }
        float[] values = new float[(int) tensor.elements()];
        Dequantiser.dequantise(tensor.type(), blocks(tensor), FloatBuffer.wrap(values));
        return values;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The tensor as floats; its offsets are 0 and the number of its bytes as such. */
    @Override
    public TensorInfo info(String name) throws ModelRejectedException {
        GgufTensor tensor = tensor(name);
        return new TensorInfo(name, DType.F32, tensor.shape(), 0, tensor.elements() * Float.BYTES);
    }

    @Override
    public boolean inPlace(String name) throws ModelRejectedException {
        return tensor(name).type() == GgufType.F32 && !permuted(name);
    }

    /** The floats of a tensor, little-endian. */
    @Override
    public ByteBuffer data(String name) throws ModelRejectedException {
        return segment(name, Arena.ofAuto()).asByteBuffer().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public FloatBuffer floats(String name, Arena memory) throws ModelRejectedException {
        return segment(name, memory)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private MemorySegment segment(String name, Arena memory) throws ModelRejectedException {
        GgufTensor tensor = tensor(name);
        if (tensor.elements() > Integer.MAX_VALUE / Float.BYTES) {
            throw new ModelRejectedException(file + ": tensor " + GgufHeader.shown(name) + " needs "
                    + tensor.elements() * Float.BYTES + " bytes; at most " + Integer.MAX_VALUE + " are supported");
        }
        MemorySegment stored = blocks(tensor);
        if (inPlace(name) && stored.address() % Float.BYTES == 0) {
            return stored;
        }
        MemorySegment made = memory.allocate(ValueLayout.JAVA_FLOAT, tensor.elements());
        FloatBuffer values = made.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
        if (permuted(name)) {
            ordered(tensor, name, values);
        } else {
            Dequantiser.dequantise(tensor.type(), stored, values);
        }
        return made;
    }

    private boolean permuted(String name) {
        return architecture.equals(PERMUTED)
                && (name.contains(".self_attn.q_proj.") || name.contains(".self_attn.k_proj."));
    }

    /** Row {@code 2 i + half} of a head goes to row {@code half * size / 2 + i}. */
    private void ordered(GgufTensor tensor, String name, FloatBuffer values) throws ModelRejectedException {
        long rows = tensor.shape().getFirst();
        long heads = number(name.contains(".q_proj.") ? "head_count" : "head_count_kv", "head_count");
        long size = heads < 1 ? 0 : rows / heads;
        int width = (int) (tensor.elements() / rows);
        boolean wholeBlocks =
                tensor.bytes() % rows == 0 && width % tensor.type().blockElements() == 0;
        if (size < 2 || size % 2 != 0 || size * heads != rows || !wholeBlocks) {
            throw new ModelRejectedException(
                    file + ": tensor " + GgufHeader.shown(tensor.name()) + " can't be divided into heads");
        }
        long rowBytes = tensor.bytes() / rows;
        MemorySegment stored = blocks(tensor);
        for (long row = 0; row < rows; row++) {
            long inHead = row % size;
            long from = row - inHead + inHead % (size / 2) * 2 + inHead / (size / 2);
            FloatBuffer target = values.slice((int) row * width, width);
            Dequantiser.dequantise(tensor.type(), stored.asSlice(from * rowBytes, rowBytes), target);
        }
    }

    private long number(String key, String otherwise) {
        String prefix = architecture + ".attention.";
        String given = metadata.containsKey(prefix + key) ? key : otherwise;
        return metadata.get(prefix + given) instanceof Long number ? number : 0;
    }

    private MemorySegment blocks(GgufTensor tensor) {
        return bytes.asSlice(tensor.offset(), tensor.bytes());
    }

    private GgufTensor tensor(String name) throws ModelRejectedException {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelRejectedException(file + ": tensor " + GgufHeader.shown(name) + " is missing");
        }
        return tensor;
    }
}
