// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.inference.batching.BatchLimits;
import dev.rivulet.inference.models.EncoderHost;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.models.Versions;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
    private final Versions<ServingEncoder> serving = new Versions<>(ServingEncoder::version);

    ServingEncoders(EncodingProperties properties, MeterRegistry meters, Clock clock) {
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
    }

    public Optional<ServingEncoder> find(String model) {
        return find(model, null);
    }

    /** @param version whose answer is wanted; null for the one that serves those who name none */
    public Optional<ServingEncoder> find(String model, @Nullable String version) {
        return serving.find(model, version);
    }

    /** What serves those who name no version, in order of their names. */
    public Collection<ServingEncoder> all() {
        return serving.plain();
    }

    /** What serves only those who name it. */
    public Collection<ServingEncoder> beside() {
        return serving.beside();
    }

    @Override
    public long memoryBytes() {
        return serving.all().stream()
                .mapToLong(one -> one.facts().memoryBytes())
                .sum();
    }

    @Override
    public EncoderOptions options(int threads, int contextLength, long taken) {
        int context = Math.min(properties.batchTokens(), contextLength == 0 ? properties.batchTokens() : contextLength);
        return new EncoderOptions(threads, context, properties.batchTokens(), taken);
    }

    @Override
    public void serve(ModelVersion version, EncoderModel model) {
        end(serving.put(started(version, model)));
        LOG.info("{} serves {}", version, model.facts().output());
    }

    @Override
    public void serveBeside(ModelVersion version, EncoderModel model) {
        end(serving.putBeside(started(version, model)));
        LOG.info(
                "{} serves {} beside the version before", version, model.facts().output());
    }

    @Override
    public void promote(ModelVersion version, boolean keep) {
        end(serving.promote(version, keep));
        LOG.info("{} serves those who name no version", version);
    }

    @Override
    public void dismiss(ModelVersion version) {
        end(serving.remove(version));
    }

    private ServingEncoder started(ModelVersion version, EncoderModel model) {
        DistributionSummary rows = DistributionSummary.builder("rivulet.inference.batch.rows")
                .description("Texts of one batch of a stateless model")
                .tag("model", version.model())
                .register(meters);
        BatchLimits limits = new BatchLimits(
                properties.latencyCeiling().toNanos(), properties.batchTokens(), properties.batchRows());
        EncoderLoop loop = new EncoderLoop(
                version.toString(), model, limits, properties.queueRows(), System::nanoTime, rows::record);
        loop.start();
        return new ServingEncoder(version, loop, clock.instant());
    }

    @Override
    public void retire(String model) {
        end(serving.remove(model));
    }

    private static void end(@Nullable ServingEncoder before) {
        if (before != null) {
            before.loop().close();
        }
    }

    /** Ends every model once what waits is done. */
    @PreDestroy
    void endAll() {
        serving.all().forEach(ServingEncoders::end);
        serving.clear();
    }
}
