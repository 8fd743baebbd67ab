// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.Engine;
import java.util.List;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;

/** The engines on the class path. */
final class Engines {

    private Engines() {}

    /**
     * The engine of that name, or the only one.
     *
     * @throws IllegalStateException if there is none, or several and no name
     */
    static Engine find(String name) {
        List<Engine> engines =
                ServiceLoader.load(Engine.class).stream().map(Provider::get).toList();
        List<String> names = engines.stream().map(Engine::name).toList();
        if (name.isEmpty() && engines.size() == 1) {
            return engines.getFirst();
        }
        return engines.stream()
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("rivulet.models.engine is '" + name
                        + "', engines on the class path are " + names + ": set it to one of them"));
    }
}
