package dev.rivulet.inference.models;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.TensorModel;
import dev.rivulet.inference.models.Deployment.State;
import dev.rivulet.inference.models.ModelFolders.ManifestRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what this replica serves in line with what the registry wants, one model at a time on its own thread. A version that
 * can't be had is tried again; one that is refused waits for the next change. The version before serves on meanwhile.
 */
public final class ModelDeployments implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelDeployments.class);

    private final ModelsProperties properties;
    private final ModelFolders folders;
    private final Supplier<Engine> engine;
    private final ModelHost host;
    private final EncoderHost encoders;
    private final TensorHost graphs;
    private final Map<String, Track> tracks = new TreeMap<>();
    private final Thread worker;
    private boolean closed;

    /** What is wanted of one model, and what is. Guarded by the deployments. */
    private static final class Track {
        private long revision = -1;
        private @Nullable ModelManifest wanted;
        private @Nullable ModelManifest served;
        private @Nullable ModelManifest draft;
        private @Nullable Deployment next;
        private boolean room;
        private boolean due;
        private long dueAt;
        private int attempts;
    }

    ModelDeployments(
            ModelsProperties properties,
            BlobSource source,
            Supplier<Engine> engine,
            ModelHost host,
            EncoderHost encoders,
            TensorHost graphs) {
        this.properties = properties;
        this.folders = new ModelFolders(properties, source, Clock.systemUTC());
        this.engine = engine;
        this.host = host;
        this.encoders = encoders;
        this.graphs = graphs;
        this.worker = new Thread(null, this::work, "models");
        this.worker.setDaemon(true);
    }

    void start() {
        host.onBroken(this::broken);
        worker.start();
    }

    /** Takes in the newest state of a model; an older revision is ignored. An empty champion stops serving it. */
    synchronized void want(String model, long revision, Optional<ModelManifest> champion) {
        Track track = tracks.computeIfAbsent(model, name -> new Track());
        if (revision <= track.revision) {
            return;
        }
        track.revision = revision;
        track.wanted = champion.orElse(null);
        track.attempts = 0;
        track.due = true;
        track.dueAt = System.nanoTime();
        track.next = champion.filter(wanted -> !wanted.same(track.served))
                .map(wanted -> new Deployment(wanted.served(), State.LOADING, null))
                .orElse(null);
        notifyAll();
    }

    /** The registry forgot a model. */
    synchronized void forget(String model) {
        Track track = tracks.get(model);
        if (track != null) {
            want(model, track.revision + 1, Optional.empty());
            track.revision = -1;
        }
    }

    private synchronized void broken(ModelVersion version) {
        Track track = tracks.get(version.model());
        if (track != null && track.served != null && track.served.version().equals(version)) {
            track.served = null;
            retry(track, version, "the model stopped with a fault");
            notifyAll();
        }
    }

    /** Every version this replica serves or tries to, by name. */
    public synchronized List<Deployment> all() {
        List<Deployment> all = new ArrayList<>();
        for (Track track : tracks.values()) {
            if (track.served != null) {
                all.add(new Deployment(track.served.served(), State.READY, null));
            }
            if (track.next != null) {
                all.add(track.next);
            }
        }
        return all;
    }

    /** The version of a model that isn't served yet, if there is one. */
    public synchronized Optional<Deployment> pending(String model) {
        return Optional.ofNullable(tracks.get(model)).map(track -> track.next);
    }

    private void work() {
        try {
            while (true) {
                reconcile(awaitDue());
            }
        } catch (InterruptedException e) {
            LOG.debug("no more models are loaded");
        }
    }

    private synchronized String awaitDue() throws InterruptedException {
        while (!closed) {
            long now = System.nanoTime();
            long wait = Long.MAX_VALUE;
            for (Map.Entry<String, Track> entry : tracks.entrySet()) {
                Track track = entry.getValue();
                if (track.due && track.dueAt - now <= 0) {
                    track.due = false;
                    return entry.getKey();
                }
                wait = track.due ? Math.min(wait, track.dueAt - now) : wait;
            }
            wait(wait == Long.MAX_VALUE ? 0 : wait / 1_000_000 + 1);
        }
        throw new InterruptedException();
    }

    private void reconcile(String model) {
        Track track;
        ModelManifest wanted;
        synchronized (this) {
            track = tracks.get(model);
            wanted = track == null ? null : track.wanted;
        }
        if (track == null) {
            return;
        }
        if (wanted == null) {
            ModelManifest served = track.served;
            host.retire(served == null ? model : served.served().model());
            encoders.retire(model);
            graphs.retire(model);
            settled(track, null, null, null);
        } else if (!wanted.same(track.served) || changed(track.draft, draftOf(wanted)) || wantsRoom(track)) {
            deploy(track, wanted);
        }
    }

    /** Whether a model was loaded before it had an adapter. */
    private synchronized boolean wantsRoom(Track track) {
        return track.served != null && !track.room && hasAdapter(track.served);
    }

    private synchronized boolean hasAdapter(ModelManifest model) {
        return tracks.values().stream()
                .anyMatch(
                        other -> other.wanted != null && model.version().model().equals(other.wanted.base()));
    }

    private static boolean changed(@Nullable ModelManifest served, @Nullable ModelManifest wanted) {
        return wanted != null && !wanted.same(served);
    }

    private void deploy(Track track, ModelManifest wanted) {
        ModelVersion version = wanted.version();
        try {
            load(track, wanted);
        } catch (IOException e) {
            synchronized (this) {
                retry(track, version, String.valueOf(e.getMessage()));
            }
        } catch (ModelRejectedException | ManifestRefusedException e) {
            LOG.error("{} is refused: {}", version, e.getMessage());
            failed(track, wanted, String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("{} can't be loaded", version, e);
            failed(track, wanted, "can't be loaded: " + e.getMessage());
        }
    }

    private void load(Track track, ModelManifest wanted)
            throws IOException, ModelRejectedException, ManifestRefusedException {
        LOG.info(
                "{}: {} files, {} bytes from {}",
                wanted.version(),
                wanted.files().size(),
                wanted.bytes(),
                wanted.registry());
        var folder = folders.assemble(wanted);
        String base = wanted.base();
        if (base != null) {
            renewBase(base);
            host.adapt(base, wanted.served(), folder);
            settled(track, wanted, wanted, null);
            return;
        }
        boolean room = hasAdapter(wanted);
        ModelManifest draft = draftOf(wanted);
        if (wanted.generates()) {
            serveDecoder(wanted, folder, draft, room ? properties.adapterRank() : 0);
        } else if (wanted.isGraph()) {
            serveGraph(wanted, folder);
        } else {
            serveEncoder(wanted, folder);
        }
        track.room = room;
        settled(track, wanted, wanted, draft);
        renewWhatItDraftsFor(wanted);
    }

    private void serveGraph(ModelManifest wanted, Path folder) throws IOException, ModelRejectedException {
        TensorModel model = engine.get().loadGraph(folder, properties.grantedThreads());
        try {
            graphs.serve(wanted.version(), model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private void serveEncoder(ModelManifest wanted, Path folder) throws IOException, ModelRejectedException {
        EncoderOptions options = encoders.options(properties.grantedThreads(), properties.contextLength());
        EncoderModel model = engine.get().loadEncoder(folder, options);
        try {
            encoders.serve(wanted.version(), model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private void serveDecoder(ModelManifest wanted, Path folder, @Nullable ModelManifest draft, int adapterRank)
            throws IOException, ModelRejectedException, ManifestRefusedException {
        EngineOptions options = new EngineOptions(
                properties.slots(),
                properties.contextLength(),
                properties.grantedThreads(),
                properties.prefillChunk(),
                properties.weights(),
                properties.quantised(),
                adapterRank,
                properties.kvCache());
        LanguageModel model = engine.get().load(folder, options);
        try {
            host.serve(wanted.version(), model, draft == null ? null : loadDraft(draft, options.withAdapters(0)));
        } catch (IOException | ModelRejectedException | ManifestRefusedException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** A model gets room for adapters with its first one. */
    private synchronized void renewBase(String base) {
        Track track = tracks.get(base);
        if (track != null && wantsRoom(track)) {
            track.due = true;
            track.dueAt = System.nanoTime();
            notifyAll();
        }
    }

    private LanguageModel loadDraft(ModelManifest draft, EngineOptions options)
            throws IOException, ModelRejectedException, ManifestRefusedException {
        return engine.get().load(folders.assemble(draft), options);
    }

    /** What is wanted of a model's draft model; null if it has none, or none that generates is registered yet. */
    private synchronized @Nullable ModelManifest draftOf(ModelManifest model) {
        String name = properties.draft().get(model.version().model());
        Track track = name == null ? null : tracks.get(name);
        ModelManifest wanted = track == null ? null : track.wanted;
        return wanted != null && wanted.generates() ? wanted : null;
    }

    /** A model that serves without its draft model, or with another version of it, is loaded again. */
    private synchronized void renewWhatItDraftsFor(ModelManifest draft) {
        tracks.forEach((name, track) -> {
            boolean drafts = draft.version().model().equals(properties.draft().get(name));
            if (drafts && track.served != null && !draft.same(track.draft)) {
                track.due = true;
                track.dueAt = System.nanoTime();
            }
        });
        notifyAll();
    }

    private synchronized void settled(
            Track track, @Nullable ModelManifest done, @Nullable ModelManifest served, @Nullable ModelManifest draft) {
        track.served = served;
        track.draft = draft;
        if (Objects.equals(done, track.wanted)) {
            track.next = null;
            track.attempts = 0;
        }
    }

    private synchronized void failed(Track track, ModelManifest wanted, String problem) {
        if (wanted.equals(track.wanted)) {
            track.next = new Deployment(wanted.served(), State.FAILED, problem);
        }
    }

    private void retry(Track track, ModelVersion version, String problem) {
        if (track.due || track.wanted == null || !track.wanted.version().equals(version)) {
            return;
        }
        Duration wait = properties.retryLeast().multipliedBy(1L << Math.min(10, track.attempts++));
        wait = wait.compareTo(properties.retryMost()) > 0 ? properties.retryMost() : wait;
        String next = problem + "; tried again in " + Math.max(1, wait.toSeconds()) + " s";
        LOG.warn("{}: {}", version, next);
        track.next = new Deployment(version, State.FAILED, next);
        track.dueAt = System.nanoTime() + wait.toNanos();
        track.due = true;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        worker.interrupt();
    }
}
