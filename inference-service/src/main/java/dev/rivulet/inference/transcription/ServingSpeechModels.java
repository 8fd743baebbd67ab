// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.engine.speech.SpeechModel;
import dev.rivulet.inference.media.EncodedMedia;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.models.SpeechHost;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The speech models that answer now, by name. */
@Component
public class ServingSpeechModels implements SpeechHost {

    private final Map<String, ServingSpeech> serving = new ConcurrentSkipListMap<>();
    private final EncodedMedia heard;

    ServingSpeechModels(TranscriptionProperties properties, MeterRegistry meters) {
        this.heard = new EncodedMedia("sound", properties.cache().toBytes(), meters);
    }

    Optional<ServingSpeech> find(String model) {
        return Optional.ofNullable(serving.get(model));
    }

    /** In order of their names. */
    public Collection<ServingSpeech> all() {
        return List.copyOf(serving.values());
    }

    /** Bytes that all of them take, kept windows included. */
    public long memoryBytes() {
        return heard.bytes()
                + serving.values().stream()
                        .mapToLong(one -> one.facts().memoryBytes())
                        .sum();
    }

    @Override
    public void serve(ModelVersion version, SpeechModel model) {
        end(serving.put(version.model(), new ServingSpeech(version, model, heard)));
    }

    @Override
    public void retire(String model) {
        end(serving.remove(model));
    }

    private static void end(@Nullable ServingSpeech before) {
        if (before != null) {
            before.close();
        }
    }

    @PreDestroy
    void endAll() {
        serving.values().forEach(ServingSpeech::close);
        serving.clear();
    }
}
