// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineReplicaTest {

    @TempDir
    private Path classes;

    @Test
    void theEngineThatIsWrittenOutNeedsNothingElseOfTheBenchmarks() throws Exception {
        EngineReplica.write(classes);
        URL[] folder = {classes.toUri().toURL()};
        try (URLClassLoader other = new URLClassLoader(folder, withoutBenchmarks())) {
            Engine engine = ServiceLoader.load(Engine.class, other).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(one -> one.name().equals(PacedEngine.NAME))
                    .findFirst()
                    .orElseThrow();
            assertThat(engine.getClass().getClassLoader()).isSameAs(other);
            try (LanguageModel model = engine.load(classes, new EngineOptions(2, 0, 1, 16))) {
                int[] prompt = model.tokenizer().encode("one two three");
                long begun = System.nanoTime();
                assertThat(model.decoder().prefill(0, 0, prompt).remaining()).isEqualTo(2);
                assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(3_000_000);
                assertThat(model.tokenizer().decode(prompt)).isEqualTo("word word word ");
            }
        }
    }

    private static ClassLoader withoutBenchmarks() {
        return new ClassLoader(Engine.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("dev.rivulet.benchmarks.")) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClass(name, resolve);
            }
        };
    }
}
