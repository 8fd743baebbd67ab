// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.tensors;

import dev.rivulet.engine.TensorModel;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.models.TensorHost;
import jakarta.annotation.PreDestroy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The graphs that answer now, by name. */
@Component
public class ServingGraphs implements TensorHost {

    private final Map<String, ServingGraph> serving = new ConcurrentSkipListMap<>();

    Optional<ServingGraph> find(String model) {
        return Optional.ofNullable(serving.get(model));
    }

    /** In order of their names. */
    public Collection<ServingGraph> all() {
        return List.copyOf(serving.values());
    }

    @Override
    public void serve(ModelVersion version, TensorModel model) {
        end(serving.put(version.model(), new ServingGraph(version, model)));
    }

    @Override
    public void retire(String model) {
        end(serving.remove(model));
    }

    private static void end(@Nullable ServingGraph before) {
        if (before != null) {
            before.close();
        }
    }

    @PreDestroy
    void endAll() {
        serving.values().forEach(ServingGraph::close);
        serving.clear();
    }
}
