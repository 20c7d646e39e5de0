<?php
/* A SOAP server that others wrote: `php -S 127.0.0.1:PORT server.php`. By its path it is a connector without a WSDL
   (/classic), or the service of one: /encoded, /kinds. /classic12 and /kinds12 are SOAP 1.2. */
ini_set('soap.wsdl_cache_enabled', '0');

class Party { public $no; public $Name; }
class Company extends Party { public $TaxNo; }
class Branch extends Company { public $City; }
class Person extends Party { public $Born; }

class Classic {
    function ECHO_BACK($user, $password, $erp_parameters, $data) {
        return array('user' => $user, 'map' => $erp_parameters, 'data' => $data, 'count' => func_num_args());
    }
    function KINDS($user) {
        return array('whole' => 7, 'exact' => 1.5, 'yes' => true, 'none' => null, 'text' => '00123', 'list' => array(1, 'b'),
            'map' => array('k' => array('deep' => false)), 'empty' => array());
    }
    function AS_XML($user, $password, $erp_parameters, $data) {
        preg_match('/<No>(.*)<\/No>/', $data, $found);
        return '<?xml version="1.0" encoding="ISO-8859-1"?><Answer><No>' . $found[1] . '</No></Answer>';
    }
    function REFUSE($user) {
        throw new SoapFault('Server', "Table is locked by <$user>", 'urn:nav', array('Words' => 'try later', 'Code' => 17));
    }
}

class Encoded {
    function CreateOrder($customer, $lines) {
        return array('number' => "SO-$customer", 'lines' => array($lines[0], $lines[0], $lines[1]));
    }
}

class Kinds {
    function Place($parameters) { return array('order' => $parameters->order); }
    function PlaceBare($order) { return count($order->Texts) + 0.5; }
    function PlaceRpc($order, $copies) { $order->Note = get_class($order->Buyer) . " x $copies"; return $order; }
    function Tell($parameters) { }
}

$path = str_replace('12', '', $_SERVER['REQUEST_URI']);
$wsdls = array('/encoded' => 'encoded.wsdl', '/kinds' => 'kinds.wsdl');
$version = str_ends_with($_SERVER['REQUEST_URI'], '12') ? SOAP_1_2 : SOAP_1_1;
if (isset($wsdls[$path])) {
    $own = array('Party' => 'Party', 'Company' => 'Company', 'Branch' => 'Branch', 'Person' => 'Person');
    $options = array('soap_version' => $version, 'classmap' => $own, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS);
    $server = new SoapServer(getenv('WSDLS') . '/' . $wsdls[$path], $options);
    $server->setClass($path == '/encoded' ? 'Encoded' : 'Kinds');
} else {
    $server = new SoapServer(null, array('uri' => 'http://www.silversolutions.de', 'soap_version' => $version));
    $server->setClass('Classic');
}
$server->handle();
