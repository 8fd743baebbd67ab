// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.config.server.EnableConfigServer;

/**
 * Serves {@code /{service}/{profile}} from {@code classpath:/config} and the folder {@code RIVULET_CONFIG_LOCATION}, which
 * wins. {@code POST /actuator/busrefresh} tells every service to read again.
 */
@SpringBootApplication
@EnableConfigServer
public class ConfigServerApplication {

    public static void main(String[] args) {
        SpringApplication.run(ConfigServerApplication.class, args);
    }
}
