// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures.http;

import dev.rivulet.gateway.pictures.PictureTool;
import dev.rivulet.gateway.pictures.PicturesProperties;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PicturesProperties.class)
class PicturesConfiguration {

    @Bean
    PictureTool pictureTool(JsonMapper json) {
        return new PictureTool(json);
    }

    @Bean(destroyMethod = "dispose")
    Scheduler pictureDrawers(PicturesProperties limits) {
        return Schedulers.newBoundedElastic(limits.drawers(), limits.waiting(), "pictures");
    }

    @Bean
    PicturesRoute picturesRoute(
            PictureTool tool, PicturesProperties limits, @Qualifier("pictureDrawers") Scheduler pictureDrawers) {
        return new PicturesRoute(tool, limits, pictureDrawers);
    }
}
