// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.Adapters;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.inference.execution.ExecutionProperties.Speculating;
import dev.rivulet.inference.models.ModelHost;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.models.ModelsProperties;
import dev.rivulet.inference.models.Versions;
import dev.rivulet.inference.scheduling.SchedulingLimits;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The models that answer now, by name. A new version takes over when it is warm; the one before finishes what it has. */
@Component
public class ServingModels implements ModelHost {

    private static final Logger LOG = LoggerFactory.getLogger(ServingModels.class);

    private final ExecutionProperties properties;
    private final ModelsProperties granted;
    private final LoopListener listener;
    private final Clock clock;
    private final Versions<ServingModel> serving = new Versions<>(ServingModel::version);
    private final Map<String, Adapter> adapters = new ConcurrentHashMap<>();
    private volatile Consumer<ModelVersion> broken = version -> {};
    private final Set<DecodeLoop> draining = ConcurrentHashMap.newKeySet();

    /** An adapter that is wanted, whether its base serves or not. */
    private record Adapter(String base, ModelVersion version, Path folder) {}

    ServingModels(ExecutionProperties properties, ModelsProperties granted, LoopListener listener, Clock clock) {
        this.properties = properties;
        this.granted = granted;
        this.listener = listener;
        this.clock = clock;
    }

    public Optional<ServingModel> find(String model) {
        return find(model, null);
    }

    /** @param version whose answer is wanted; null for the one that serves those who name none */
    public Optional<ServingModel> find(String model, @Nullable String version) {
        return serving.find(model, version).filter(one -> one.loop().accepting());
    }

    /** What serves those who name no version, in order of their names. */
    public Collection<ServingModel> all() {
        return accepting(serving.plain());
    }

    /** What serves only those who name it: the candidate of a rollout, or the version before it. */
    public Collection<ServingModel> beside() {
        return accepting(serving.beside());
    }

    /** Whether it serves those who name no version. */
    public boolean isPlain(ServingModel model) {
        return serving.isPlain(model);
    }

    private static Collection<ServingModel> accepting(List<ServingModel> models) {
        return models.stream().filter(one -> one.loop().accepting()).toList();
    }

    /** Versions that were replaced and finish what they have. */
    public List<ModelVersion> draining() {
        return draining.stream().map(DecodeLoop::version).toList();
    }

    /** Sequences of every version together. */
    public int sequences() {
        return serving.all().stream()
                        .filter(one -> !one.adapted())
                        .mapToInt(one -> one.loop().size())
                        .sum()
                + draining.stream().mapToInt(DecodeLoop::size).sum();
    }

    @Override
    public long memoryBytes() {
        return serving.all().stream()
                .filter(one -> !one.adapted() && one.loop().accepting())
                .mapToLong(one -> one.facts().memoryBytes())
                .sum();
    }

    @Override
    public void serve(ModelVersion version, LanguageModel model, @Nullable LanguageModel draft) {
        ServingModel next = started(version, model, draft);
        ServingModel before = serving.put(next);
        LOG.info("{} serves", version);
        takeAdapters(next);
        drainLoop(before);
    }

    @Override
    public void serveBeside(ModelVersion version, LanguageModel model, @Nullable LanguageModel draft) {
        drainLoop(serving.putBeside(started(version, model, draft)));
        LOG.info("{} serves those who name it", version);
    }

    @Override
    public void promote(ModelVersion version, boolean keep) {
        ServingModel before = serving.promote(version, keep);
        LOG.info("{} serves those who name no version", version);
        serving.find(version.model(), version.version()).ifPresent(this::takeAdapters);
        drainLoop(before);
    }

    @Override
    public void dismiss(ModelVersion version) {
        drainLoop(serving.remove(version));
    }

    private ServingModel started(ModelVersion version, LanguageModel model, @Nullable LanguageModel draft) {
        WarmUp.run(model);
        Drafter drafter = drafter(version, model, draft);
        DecodeLoop loop =
                new DecodeLoop(version, model, drafter, limits(model), listener, this::broken, System::nanoTime);
        loop.start();
        return new ServingModel(loop, clock.instant());
    }

    /** The adapters of a model go over to the version that serves those who name none. */
    private void takeAdapters(ServingModel model) {
        adapters.values().stream()
                .filter(one -> one.base().equals(model.version().model()))
                .forEach(one -> {
                    try {
                        load(one, model.loop());
                    } catch (IOException | ModelRejectedException e) {
                        serving.remove(one.version().model());
                        LOG.error("{} does not fit {}: {}", one.version(), model.version(), e.getMessage());
                    }
                });
    }

    private void drainLoop(@Nullable ServingModel before) {
        if (before != null) {
            drain(before.loop());
        }
    }

    @Override
    public void adapt(String base, ModelVersion version, Path folder) throws IOException, ModelRejectedException {
        ServingModel model = serving.find(base, null).orElse(null);
        Adapter adapter = new Adapter(base, version, folder);
        if (model != null && model.loop().model().adapters().isPresent()) {
            load(adapter, model.loop());
        }
        adapters.put(version.model(), adapter);
    }

    private void load(Adapter adapter, DecodeLoop loop) throws IOException, ModelRejectedException {
        Adapters room = loop.model()
                .adapters()
                .orElseThrow(() -> new ModelRejectedException("its model was loaded without room for adapters"));
        int number = room.load(adapter.folder());
        ServingModel before = serving.put(new ServingModel(loop, adapter.version(), number, clock.instant()));
        LOG.info("{} serves", adapter.version());
        if (before != null && before.loop() == loop) {
            drain(before);
        }
    }

    @Override
    public void retire(String model) {
        adapters.remove(model);
        ServingModel before = serving.remove(model);
        if (before != null && before.adapted()) {
            drain(before);
        } else if (before != null) {
            serving.removeIf(one -> one.loop() == before.loop());
            drain(before.loop());
        }
    }

    /** Frees an adapter once no sequence uses it. */
    private void drain(ServingModel adapter) {
        DecodeLoop loop = adapter.loop();
        loop.refuse(adapter.adapter());
        Thread.ofVirtual().name("drain-" + adapter.version()).start(() -> {
            await(() -> loop.uses(adapter.adapter()), Long.MAX_VALUE);
            loop.model().adapters().ifPresent(room -> room.unload(adapter.adapter()));
            LOG.info("{} is unloaded", adapter.version());
        });
    }

    @Override
    public void onBroken(Consumer<ModelVersion> broken) {
        this.broken = broken;
    }

    private void broken(DecodeLoop loop) {
        serving.removeIf(one -> one.loop() == loop);
        Thread.ofVirtual().name("close-" + loop.version()).start(loop::close);
        broken.accept(loop.version());
    }

    private Drafter drafter(ModelVersion version, LanguageModel model, @Nullable LanguageModel draft) {
        int most = drafted(model);
        if (draft != null && properties.speculation() == Speculating.DRAFT && most > 0) {
            if (DraftModel.sameTokens(model, draft)) {
                WarmUp.run(draft);
                return new DraftModel(draft, model.decoder().slots(), most);
            }
            LOG.warn("The draft model of {} has other tokens; it is not used", version);
        }
        if (draft != null) {
            draft.close();
        }
        return most == 0 ? Drafter.OFF : new PromptLookup(most);
    }

    private int drafted(LanguageModel model) {
        boolean off = properties.speculation() == Speculating.OFF;
        return off ? 0 : Math.min(properties.draftedTokens(), model.decoder().prefillChunk() - 1);
    }

    /** What the decoder has slots for beyond those that may run is spare. */
    private SchedulingLimits limits(LanguageModel model) {
        int all = model.decoder().slots();
        int slots = Math.min(all, granted.slots());
        int chunk = model.decoder().prefillChunk();
        return new SchedulingLimits(
                slots,
                Math.max(slots, properties.sequences()),
                chunk,
                Math.max(chunk, properties.stepTokens()),
                properties.prefillShare(),
                properties.cachedPrefixes(),
                properties.queueTimeout(),
                properties.parkedKeep(),
                properties.aging(),
                properties.stallTimeout(),
                drafted(model),
                all - slots,
                properties.yieldAfter());
    }

    private void drain(DecodeLoop loop) {
        loop.refuseMore();
        draining.add(loop);
        Thread.ofVirtual().name("drain-" + loop.version()).start(() -> {
            await(() -> loop.size() > 0, properties.drainTimeout().toNanos());
            loop.close();
            draining.remove(loop);
            LOG.info("{} is unloaded", loop.version());
        });
    }

    private static void await(BooleanSupplier busy, long patience) {
        long start = System.nanoTime();
        try {
            while (busy.getAsBoolean() && System.nanoTime() - start < patience) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends every request with an error, and serves nothing any more. */
    @PreDestroy
    public void endAll() {
        serving.all().forEach(one -> one.loop().close());
        serving.clear();
        draining.forEach(DecodeLoop::close);
    }
}
