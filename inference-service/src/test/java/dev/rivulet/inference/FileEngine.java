// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import dev.rivulet.testsupport.FakeLanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * Loads a fake where {@code config.json} says {@code fake}. One that is {@code large} fits only alone; one that is {@code gated}
 * makes a step only while the gate is open.
 */
public final class FileEngine implements Engine {

    /** What was loaded: the first line of each {@code config.json}, in order. */
    public final List<String> loaded = new CopyOnWriteArrayList<>();

    private final Semaphore gate = new Semaphore(1);

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public LanguageModel load(Path folder, EngineOptions options) throws IOException, ModelRejectedException {
        String config = Files.readString(folder.resolve("config.json"));
        if (!config.startsWith("fake")) {
            throw new ModelRejectedException("config.json must say fake");
        }
        if (config.contains("large") && options.taken() > 0) {
            throw new ModelRejectedException("no room: " + options.taken() + " bytes are taken");
        }
        loaded.add(config);
        return config.contains("gated") ? new FakeLanguageModel(options, 24, gated()) : new FakeLanguageModel(options);
    }

    /** From now on no gated model makes a step. */
    public void shut() {
        gate.acquireUninterruptibly();
    }

    /** Whether a step waits for the gate to open. */
    public boolean waits() {
        return gate.hasQueuedThreads();
    }

    public void open() {
        gate.release();
    }

    private Watcher gated() {
        return step -> {
            gate.acquireUninterruptibly();
            gate.release();
        };
    }
}
