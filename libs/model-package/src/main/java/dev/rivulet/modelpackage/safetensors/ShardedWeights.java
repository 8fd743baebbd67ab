// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.safetensors;

import dev.rivulet.engine.ModelRejectedException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Weights spread over several safetensors files by an index ({@code model.safetensors.index.json}). */
public final class ShardedWeights implements Weights {

    private final Map<String, SafetensorsFile> shards;

    private ShardedWeights(Map<String, SafetensorsFile> shards) {
        this.shards = Collections.unmodifiableMap(shards);
    }

    /**
     * Joins shards. Index and files must agree: each tensor lies in the file that the index names, and no file has others.
     *
     * @param index name of the index, for messages
     * @param places file of each tensor
     * @param files the opened files by name
     */
    public static ShardedWeights join(String index, Map<String, String> places, Map<String, SafetensorsFile> files)
            throws ModelRejectedException {
        Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
        for (var place : places.entrySet()) {
            SafetensorsFile file = files.get(place.getValue());
            if (file == null || !file.names().contains(place.getKey())) {
                throw new ModelRejectedException(index + ": tensor " + SafetensorsHeader.quoted(place.getKey())
                        + " is not in " + SafetensorsHeader.quoted(place.getValue()) + ", where the index places it");
            }
            shards.put(place.getKey(), file);
        }
        for (var file : files.entrySet()) {
            for (String name : file.getValue().names()) {
                if (shards.get(name) != file.getValue()) {
                    throw new ModelRejectedException(file.getKey() + ": tensor " + SafetensorsHeader.quoted(name)
                            + " is not placed here by " + index);
                }
            }
        }
        return new ShardedWeights(shards);
    }

    @Override
    public Set<String> names() {
        return shards.keySet();
    }

    @Override
    public TensorInfo info(String name) throws ModelRejectedException {
        return shard(name).info(name);
    }

    @Override
    public ByteBuffer data(String name) throws ModelRejectedException {
        return shard(name).data(name);
    }

    @Override
    public FloatBuffer floats(String name, Arena memory) throws ModelRejectedException {
        return shard(name).floats(name, memory);
    }

    private SafetensorsFile shard(String name) throws ModelRejectedException {
        SafetensorsFile shard = shards.get(name);
        if (shard == null) {
            throw new ModelRejectedException("tensor " + SafetensorsHeader.quoted(name) + " is missing in every shard");
        }
        return shard;
    }
}
