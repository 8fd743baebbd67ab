// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.safetensors;

import dev.rivulet.engine.ModelRejectedException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Some tensors of a model under other names: one of several parts that lie in the same file. */
public final class RenamedWeights implements Weights {

    private final Weights all;
    private final Map<String, String> names;

    private RenamedWeights(Weights all, Map<String, String> names) {
        this.all = all;
        this.names = names;
    }

    /**
     * @param renamed the name of a tensor here; empty for one that is none of this part
     * @throws ModelRejectedException if two tensors get the same name
     */
    public static RenamedWeights of(Weights all, Function<String, Optional<String>> renamed)
            throws ModelRejectedException {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : all.names()) {
            Optional<String> here = renamed.apply(name);
            String before = here.isEmpty() ? null : names.put(here.get(), name);
            if (before != null) {
                throw new ModelRejectedException("the weights hold the tensor '" + here.get() + "' twice");
            }
        }
        return new RenamedWeights(all, names);
    }

    private String original(String name) {
        return names.getOrDefault(name, name);
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(names.keySet());
    }

    @Override
    public TensorInfo info(String name) throws ModelRejectedException {
        return all.info(original(name));
    }

    @Override
    public ByteBuffer data(String name) throws ModelRejectedException {
        return all.data(original(name));
    }

    @Override
    public FloatBuffer floats(String name, Arena memory) throws ModelRejectedException {
        return all.floats(original(name), memory);
    }

    @Override
    public boolean inPlace(String name) throws ModelRejectedException {
        return all.inPlace(original(name));
    }
}
