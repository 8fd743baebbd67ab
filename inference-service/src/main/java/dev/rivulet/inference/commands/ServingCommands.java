// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.commands;

import dev.rivulet.commands.CommandRecogniser;
import dev.rivulet.engine.CommandModel;
import dev.rivulet.inference.models.CommandHost;
import dev.rivulet.inference.models.ModelVersion;
import jakarta.annotation.PreDestroy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The recognisers of spoken commands that answer now, by name. */
@Component
public class ServingCommands implements CommandHost {

    /** What they can be asked for, in the words of a replica's status. */
    public static final String CAPABILITY = "AUDIO_COMMANDS";

    private final Map<String, One> serving = new ConcurrentSkipListMap<>();

    /** A recogniser that answers. */
    public record One(ModelVersion version, CommandRecogniser recogniser) {}

    /**
     * A recogniser by its name.
     *
     * @param version whose answer is wanted; null for any
     */
    public Optional<One> find(String model, @Nullable String version) {
        return Optional.ofNullable(serving.get(model))
                .filter(one -> version == null || one.version().version().equals(version));
    }

    /** In order of their names. */
    public Collection<One> all() {
        return List.copyOf(serving.values());
    }

    @Override
    public void serve(ModelVersion version, CommandModel model) {
        end(serving.put(version.model(), new One(version, new CommandRecogniser(model))));
    }

    @Override
    public void retire(String model) {
        end(serving.remove(model));
    }

    private static void end(@Nullable One before) {
        if (before != null) {
            before.recogniser().close();
        }
    }

    @PreDestroy
    void endAll() {
        serving.values().forEach(ServingCommands::end);
        serving.clear();
    }
}
