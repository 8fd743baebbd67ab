// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.Engine;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.inference.models.Deployment.State;
import dev.rivulet.inference.models.ModelFolders.ManifestRefusedException;
import dev.rivulet.inference.models.RegistryView.Beside;
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
    private final ModelLoader loader;
    private final ModelHost host;
    private final EncoderHost encoders;
    private final TensorHost graphs;
    private final CommandHost commands;
    private final SpeechHost speech;
    private final Map<String, Track> tracks = new TreeMap<>();
    private final Thread worker;
    private boolean closed;

    /**
     * What is wanted of one model, and what is; or of one version beside that which serves those who name none. Guarded by the
     * deployments.
     */
    private static final class Track {
        private final @Nullable ModelVersion beside;
        private @Nullable ModelManifest wanted;
        private @Nullable ModelManifest served;
        private @Nullable ModelManifest draft;
        private @Nullable Deployment next;
        private boolean room;
        private boolean due;
        private long dueAt;
        private int attempts;

        /** @param beside the version that is to serve beside another one; null for the one that serves all others */
        Track(@Nullable ModelVersion beside) {
            this.beside = beside;
        }

        void soon() {
            attempts = 0;
            due = true;
            dueAt = System.nanoTime();
        }
    }

    ModelDeployments(
            ModelsProperties properties,
            BlobSource source,
            Supplier<Engine> engine,
            ModelHost host,
            EncoderHost encoders,
            TensorHost graphs,
            CommandHost commands,
            SpeechHost speech) {
        this.properties = properties;
        this.folders = new ModelFolders(properties, source, Clock.systemUTC());
        this.loader = new ModelLoader(properties, engine, host, encoders, graphs, commands, speech);
        this.host = host;
        this.encoders = encoders;
        this.graphs = graphs;
        this.commands = commands;
        this.speech = speech;
        this.worker = new Thread(null, this::work, "models");
        this.worker.setDaemon(true);
    }

    void start() {
        host.onBroken(this::broken);
        loader.loadFolders();
        worker.start();
    }

    /**
     * Takes in the newest state of a model. An empty champion stops serving it.
     *
     * @param beside versions to serve beside the champion; others that did are unloaded
     */
    synchronized void want(String model, Optional<ModelManifest> champion, List<Beside> beside) {
        Track track = tracks.computeIfAbsent(model, name -> new Track(null));
        track.wanted = champion.orElse(null);
        track.soon();
        track.next = champion.filter(wanted -> !wanted.same(track.served))
                .map(wanted -> new Deployment(wanted.served(), State.LOADING, null))
                .orElse(null);
        wantBeside(model, beside);
        notifyAll();
    }

    /** Takes in which versions of a model are to serve beside its champion. */
    synchronized void wantBeside(String model, List<Beside> beside) {
        for (Track track : besides(model)) {
            if (beside.stream().noneMatch(one -> one.version().equals(track.beside))) {
                track.wanted = null;
                track.next = null;
                track.soon();
            }
        }
        beside.forEach(this::wantBeside);
        notifyAll();
    }

    private void wantBeside(Beside one) {
        String key = key(one.version());
        ModelManifest manifest = one.manifest();
        Track known = tracks.get(key);
        if (manifest == null || !manifest.servesBeside()) {
            String problem = manifest == null ? String.valueOf(one.problem()) : ModelManifest.ALONE;
            Track refused = tracks.computeIfAbsent(key, name -> new Track(one.version()));
            refused.next = new Deployment(one.version(), State.FAILED, problem);
        } else if (known != null && (one.ifLoaded() || manifest.same(known.wanted))) {
            known.wanted = manifest;
        } else if (!one.ifLoaded()) {
            Track track = tracks.computeIfAbsent(key, name -> new Track(one.version()));
            track.wanted = manifest;
            track.next = manifest.same(track.served) ? null : new Deployment(one.version(), State.LOADING, null);
            track.soon();
        }
    }

    private List<Track> besides(String model) {
        return tracks.values().stream()
                .filter(track -> track.beside != null && track.beside.model().equals(model))
                .toList();
    }

    /** After the name of its model in order, so that what serves all comes first. */
    private static String key(ModelVersion version) {
        return version.model() + "@" + version.version();
    }

    private synchronized void broken(ModelVersion version) {
        for (Track track : tracks.values()) {
            if (track.served != null && track.served.version().equals(version)) {
                track.served = null;
                retry(track, version, "the model stopped with a fault");
                notifyAll();
            }
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

    /**
     * What isn't served yet of a model, if there is such a version.
     *
     * @param version which; null for the one that is to serve those who name none
     */
    public synchronized Optional<Deployment> pending(String model, @Nullable String version) {
        Optional<Deployment> plain = Optional.ofNullable(tracks.get(model)).map(track -> track.next);
        if (version == null) {
            return plain;
        }
        return plain.filter(next -> next.version().version().equals(version))
                .or(() -> Optional.ofNullable(tracks.get(key(new ModelVersion(model, version))))
                        .map(track -> track.next));
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
        if (track.beside != null) {
            reconcileBeside(track, track.beside, wanted);
        } else if (wanted == null) {
            ModelManifest served = track.served;
            host.retire(served == null ? model : served.served().model());
            encoders.retire(model);
            graphs.retire(model);
            commands.retire(model);
            speech.retire(model);
            settled(track, null, null, null);
        } else if (!wanted.same(track.served) && promote(track, wanted)) {
            LOG.info("{} was loaded already", wanted.version());
        } else if (!wanted.same(track.served) || changed(track.draft, draftOf(wanted)) || wantsRoom(track)) {
            deploy(track, wanted);
        }
    }

    /** A version that serves beside another is not loaded while it is the one that serves all. */
    private void reconcileBeside(Track track, ModelVersion version, @Nullable ModelManifest wanted) {
        if (wanted == null) {
            host.dismiss(version);
            encoders.dismiss(version);
            synchronized (this) {
                if (track.wanted == null) {
                    tracks.remove(key(version));
                }
                track.served = null;
            }
        } else if (isPlain(wanted)) {
            settled(track, wanted, null, null);
        } else if (!wanted.same(track.served)) {
            deploy(track, wanted);
        }
    }

    private synchronized boolean isPlain(ModelManifest manifest) {
        Track plain = tracks.get(manifest.version().model());
        return plain != null && manifest.same(plain.served);
    }

    /** Lets a version that serves beside another serve all, without loading it again; false if it isn't loaded. */
    private boolean promote(Track track, ModelManifest wanted) {
        Track loaded;
        synchronized (this) {
            loaded = tracks.get(key(wanted.version()));
        }
        if (loaded == null || !wanted.same(loaded.served)) {
            return false;
        }
        try {
            changePlaces(track, wanted);
        } catch (IllegalStateException e) {
            LOG.warn("{} has just stopped and is loaded again: {}", wanted.version(), e.getMessage());
            return false;
        }
        synchronized (this) {
            track.room = loaded.room;
            settled(track, wanted, wanted, loaded.draft);
            loaded.served = null;
        }
        return true;
    }

    /** A version that serves beside another serves all; the one before stays where that is wanted beside it. */
    private void changePlaces(Track track, ModelManifest wanted) {
        Track aside = aside(track);
        if (wanted.generates()) {
            host.promote(wanted.version(), aside != null);
        } else {
            encoders.promote(wanted.version(), aside != null);
        }
        if (aside != null) {
            settled(aside, track.served, track.served, track.draft);
        }
    }

    /** Where what serves all is wanted to stay once another version does; null if it isn't. */
    private synchronized @Nullable Track aside(Track track) {
        ModelManifest before = track.served;
        Track aside = before == null ? null : tracks.get(key(before.version()));
        return aside != null && before != null && before.same(aside.wanted) ? aside : null;
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
        boolean asideStays = track.beside == null && aside(track) != null;
        Path draftFolder = draft == null ? null : folders.assemble(draft);
        loader.load(wanted, folder, draftFolder, room, track.beside != null || asideStays);
        if (asideStays) {
            changePlaces(track, wanted);
        }
        track.room = room;
        settled(track, wanted, wanted, draft);
        renewWhatItDraftsFor(wanted);
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
