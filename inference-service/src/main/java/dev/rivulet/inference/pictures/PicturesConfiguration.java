// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PicturesConfiguration {

    @Bean
    PictureIntake pictureIntake(PictureProperties properties) {
        return new PictureIntake(properties);
    }

    @Bean(destroyMethod = "close")
    Pictures pictures(PictureProperties properties, PictureIntake intake, MeterRegistry meters) {
        return new Pictures(properties, intake, meters);
    }
}
