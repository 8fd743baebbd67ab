package dev.rivulet.inference.encoding;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.inference.batching.BatchLimits;
import dev.rivulet.inference.models.EncoderHost;
import dev.rivulet.inference.models.ModelVersion;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The encoders that answer now, by name. A new version takes over at once; the one before finishes what it has. */
@Component
public class ServingEncoders implements EncoderHost {

    private static final Logger LOG = LoggerFactory.getLogger(ServingEncoders.class);

    private final EncodingProperties properties;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<String, ServingEncoder> serving = new ConcurrentSkipListMap<>();

    ServingEncoders(EncodingProperties properties, MeterRegistry meters, Clock clock) {
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
    }

    public Optional<ServingEncoder> find(String model) {
        return Optional.ofNullable(serving.get(model));
    }

    /** In order of their names. */
    public Collection<ServingEncoder> all() {
        return List.copyOf(serving.values());
    }

    @Override
    public EncoderOptions options(int threads, int contextLength) {
        int context = Math.min(properties.batchTokens(), contextLength == 0 ? properties.batchTokens() : contextLength);
        return new EncoderOptions(threads, context, properties.batchTokens());
    }

    @Override
    public void serve(ModelVersion version, EncoderModel model) {
        DistributionSummary rows = DistributionSummary.builder("rivulet.inference.batch.rows")
                .description("Texts of one batch of a stateless model")
                .tag("model", version.model())
                .register(meters);
        BatchLimits limits = new BatchLimits(
                properties.latencyCeiling().toNanos(), properties.batchTokens(), properties.batchRows());
        EncoderLoop loop = new EncoderLoop(
                version.toString(), model, limits, properties.queueRows(), System::nanoTime, rows::record);
        loop.start();
        end(serving.put(version.model(), new ServingEncoder(version, loop, clock.instant())));
        LOG.info("{} serves {}", version, model.facts().output());
    }

    @Override
    public void retire(String model) {
        end(serving.remove(model));
    }

    private static void end(@org.jspecify.annotations.Nullable ServingEncoder before) {
        if (before != null) {
            before.loop().close();
        }
    }

    /** Ends every model once what waits is done. */
    @PreDestroy
    void endAll() {
        serving.values().forEach(ServingEncoders::end);
        serving.clear();
    }
}
