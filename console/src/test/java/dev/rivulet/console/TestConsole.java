// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A real console on a free port, without a broker unless one is named. */
public final class TestConsole implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private TestConsole(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts it with properties in pairs of name and value. */
    public static TestConsole start(String... properties) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("server.port", "0");
        all.put("server.address", "127.0.0.1");
        all.put("spring.cloud.config.enabled", "false");
        all.put("spring.cloud.bus.enabled", "false");
        all.put("spring.cloud.function.definition", "");
        all.put("spring.cloud.stream.function.autodetect", "false");
        all.put("spring.main.banner-mode", "off");
        all.put("logging.level.root", "error");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        String[] arguments = all.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        return new TestConsole(SpringApplication.run(ConsoleApplication.class, arguments));
    }

    /** A chat-ready console in front of a gateway. */
    public static TestConsole before(StubGateway gateway, String... properties) {
        String[] all = new String[properties.length + 4];
        System.arraycopy(properties, 0, all, 4, properties.length);
        all[0] = "rivulet.console.gateway.url";
        all[1] = gateway.url();
        all[2] = "rivulet.console.gateway.api-key";
        all[3] = "rvk_of-the-console";
        return start(all);
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
