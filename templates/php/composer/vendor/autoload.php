<?php

// What Composer would write: here the packages of the distribution are loaded.
require 'GuzzleHttp/autoload.php';
