// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.safetensors;

import dev.rivulet.engine.ModelRejectedException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Set;

/** The tensors of one model, in one file or in many. Thread-safe; buffers stay valid as long as they are reachable. */
public interface Weights {

    /** Names of all tensors. */
    Set<String> names();

    /**
     * @throws ModelRejectedException if there is no such tensor; the message names the file and the tensor
     */
    TensorInfo info(String name) throws ModelRejectedException;

    /**
     * The bytes of a tensor, little-endian, direct and read-only: a view of the mapped file, or a copy where the file places
     * the tensor at an address that is no multiple of its element size.
     *
     * @throws ModelRejectedException if there is no such tensor or it has more than 2 GiB
     */
    ByteBuffer data(String name) throws ModelRejectedException;

    /**
     * The values of an F32, F16 or BF16 tensor as 32-bit floats, in native byte order: for F32 a view as {@link #data}, else
     * converted into memory of the arena.
     *
     * @throws ModelRejectedException if there is no such tensor, it is of another type or has more than 2 GiB as floats
     */
    FloatBuffer floats(String name, Arena memory) throws ModelRejectedException;

    /** As {@link #floats(String, Arena)}, in memory that lives as long as the buffer. */
    default FloatBuffer floats(String name) throws ModelRejectedException {
        return floats(name, Arena.ofAuto());
    }

    /** Whether {@link #floats} of a tensor is a view of the file and takes no memory of its own. */
    default boolean inPlace(String name) throws ModelRejectedException {
        return info(name).dtype() == DType.F32;
    }

    /** Number of elements of all tensors. */
    default long parameters() throws ModelRejectedException {
        long total = 0;
        for (String name : names()) {
            total += info(name).elements();
        }
        return total;
    }
}
