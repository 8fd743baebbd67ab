package dev.rivulet.inference.execution;

import dev.rivulet.engine.Adapters;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.inference.execution.ExecutionProperties.Speculating;
import dev.rivulet.inference.models.ModelHost;
import dev.rivulet.inference.models.ModelVersion;
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
import java.util.concurrent.ConcurrentSkipListMap;
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
    private final LoopListener listener;
    private final Clock clock;
    private final Map<String, ServingModel> serving = new ConcurrentSkipListMap<>();
    private final Map<String, Adapter> adapters = new ConcurrentHashMap<>();
    private volatile Consumer<ModelVersion> broken = version -> {};
    private final Set<DecodeLoop> draining = ConcurrentHashMap.newKeySet();

    /** An adapter that is wanted, whether its base serves or not. */
    private record Adapter(String base, ModelVersion version, Path folder) {}

    ServingModels(ExecutionProperties properties, LoopListener listener, Clock clock) {
        this.properties = properties;
        this.listener = listener;
        this.clock = clock;
    }

    public Optional<ServingModel> find(String model) {
        return Optional.ofNullable(serving.get(model)).filter(one -> one.loop().accepting());
    }

    /** In order of their names. */
    public Collection<ServingModel> all() {
        return List.copyOf(serving.values()).stream()
                .filter(one -> one.loop().accepting())
                .toList();
    }

    /** Versions that were replaced and finish what they have. */
    public List<ModelVersion> draining() {
        return draining.stream().map(DecodeLoop::version).toList();
    }

    /** Sequences of every version together. */
    public int sequences() {
        return serving.values().stream()
                        .filter(one -> !one.adapted())
                        .mapToInt(one -> one.loop().size())
                        .sum()
                + draining.stream().mapToInt(DecodeLoop::size).sum();
    }

    @Override
    public void serve(ModelVersion version, LanguageModel model, @Nullable LanguageModel draft) {
        WarmUp.run(model);
        Drafter drafter = drafter(version, model, draft);
        DecodeLoop loop =
                new DecodeLoop(version, model, drafter, limits(model), listener, this::broken, System::nanoTime);
        loop.start();
        ServingModel before = serving.put(version.model(), new ServingModel(loop, clock.instant()));
        LOG.info("{} serves", version);
        adapters.values().stream()
                .filter(one -> one.base().equals(version.model()))
                .forEach(one -> {
                    try {
                        load(one, loop);
                    } catch (IOException | ModelRejectedException e) {
                        serving.remove(one.version().model());
                        LOG.error("{} does not fit {}: {}", one.version(), version, e.getMessage());
                    }
                });
        if (before != null) {
            drain(before.loop());
        }
    }

    @Override
    public void adapt(String base, ModelVersion version, Path folder) throws IOException, ModelRejectedException {
        ServingModel model = serving.get(base);
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
        ServingModel before = serving.put(
                adapter.version().model(), new ServingModel(loop, adapter.version(), number, clock.instant()));
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
            serving.values().removeIf(one -> one.loop() == before.loop());
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
        serving.values().removeIf(one -> one.loop() == loop);
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

    private SchedulingLimits limits(LanguageModel model) {
        int slots = model.decoder().slots();
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
                drafted(model));
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
        serving.values().forEach(one -> one.loop().close());
        serving.clear();
        draining.forEach(DecodeLoop::close);
    }
}
